"""Who counts for whom: a person may be merged into another, and that one into a third; no row moves.

`merged_into` names the next of a chain only, so whoever wants the person who counts, or all who count as one, asks here.
"""

from collections.abc import Collection, Iterable, Mapping

from .models import Person


def end(into: Mapping[int, int], person: int) -> int:
    """Where the chain that begins at `person` ends; `into` says of each merged person into whom."""
    seen = {person}
    while person in into and into[person] not in seen:
        person = into[person]
        seen.add(person)
    return person


def merged() -> dict[int, int]:
    """Every person who was merged into another → the one who counts."""
    rows = Person.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into")
    into = {one: int(other or 0) for one, other in rows}
    return {one: end(into, one) for one in into}


def counting(persons: Collection[int]) -> dict[int, int]:
    """Each of these persons → the one who counts: for few persons, one query for each link of the longest chain."""
    into: dict[int, int] = {}
    todo = set(persons)
    while todo:
        step = {one: other for one, other in Person.objects.filter(pk__in=todo).values_list("pk", "merged_into") if other is not None}
        into |= step
        todo = set(step.values()) - into.keys()
    return {one: end(into, one) for one in persons}


def same_as(persons: Iterable[int]) -> set[int]:
    """These persons, and all who were merged into one of them or into one of those."""
    found = step = set(persons)
    while step:
        step = set(Person.objects.filter(merged_into__in=step).values_list("pk", flat=True)) - found
        found = found | step
    return found
