"""Whether checked facts can be true together: who is whose child, when, and what may not stand twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .family import Family

if TYPE_CHECKING:
    from .family import _Reader


def check_relations(reader: _Reader, family: Family) -> None:
    """Report contradictions to `reader`: doubles, circles, parents younger than children, two mothers, ends before beginnings."""
    persons: dict[str, dict[str, Any]] = {}
    for row in family.rows["persons"]:
        if row["id"] in persons:
            reader.bad(row["_at"] + ".id", "id_twice", f"编号 {row['id']} 用了两次", f"the id {row['id']} is used twice")
        persons[row["id"]] = row
    roles: dict[str, str] = {}
    for row in family.rows["persons"]:
        _dates(reader, row, "birth_date", "death_date", "出生", "死亡", "birth", "death")
        _dates(reader, row, "birth_date", "adopted_on", "出生", "收养", "birth", "adoption")
        for role in ("mother", "father"):
            if row.get(role) is not None:
                _parent(reader, row, role, persons, roles)
    _circles(reader, persons)
    for row in family.rows["marriages"]:
        if row["a"] == row["b"]:
            reader.bad(row["_at"], "self", "与自己结婚", "a person married to themself")
        _dates(reader, row, "married_on", "marriage_ended_on", "结婚", "结束", "beginning", "end")
    for row in family.rows["hospital_stays"]:
        _dates(reader, row, "admitted_on", "discharged_on", "入院", "出院", "admission", "discharge")
    _deliveries(reader, family, persons, roles)


def _dates(reader: _Reader, row: dict[str, Any], a: str, b: str, zh_a: str, zh_b: str, en_a: str, en_b: str) -> None:
    if row.get(a) is not None and row.get(b) is not None and row[b] < row[a]:
        reader.bad(
            row["_at"], "dates_backwards", f"{zh_b}（{row[b]}）早于{zh_a}（{row[a]}）", f"{en_b} ({row[b]}) before {en_a} ({row[a]})"
        )


def _parent(reader: _Reader, row: dict[str, Any], role: str, persons: dict[str, dict[str, Any]], roles: dict[str, str]) -> None:
    who = row[role]
    where = f"{row['_at']}.{role}"
    if roles.setdefault(who, role) != role:
        reader.bad(where, "two_roles", f"{who} 既是母亲又是父亲", f"{who} is both a mother and a father")
    if who == row["id"]:
        reader.bad(where, "circle", f"{who} 是自己的父母", f"{who} is their own parent")
        return
    if row.get("mother") == row.get("father"):
        reader.bad(where, "two_roles", f"{who} 既是母亲又是父亲", f"{who} is both mother and father")
    parent = persons.get(who)
    if parent is None:
        return
    if parent.get("sex") == ("M" if role == "mother" else "F"):
        reader.bad(
            where,
            "sex",
            f"{who} 写作{'母亲' if role == 'mother' else '父亲'}，性别却是 {parent['sex']}",
            f"{who} is named as {role}, but the sex is {parent['sex']}",
        )
    born, parent_born = row.get("birth_date"), parent.get("birth_date")
    if born is not None and parent_born is not None and born <= parent_born:
        reader.bad(
            where,
            "older_than_parent",
            f"孩子（{born}）不比{'母亲' if role == 'mother' else '父亲'}（{parent_born}）年轻",
            f"the child ({born}) is not younger than the {role} ({parent_born})",
        )


def _circles(reader: _Reader, persons: dict[str, dict[str, Any]]) -> None:
    settled: set[str] = set()
    for start in persons:
        path: list[str] = []
        todo = [(start, False)]
        while todo:
            who, leaving = todo.pop()
            if leaving:
                path.pop()
                settled.add(who)
                continue
            if who in path:
                reader.bad(persons[who]["_at"], "circle", f"父母关系成了环：{who}", f"the parents form a circle at {who}")
                return
            if who in settled or who not in persons:
                continue
            path.append(who)
            todo.append((who, True))
            todo += [(p, False) for p in (persons[who].get("mother"), persons[who].get("father")) if p is not None]


def _deliveries(reader: _Reader, family: Family, persons: dict[str, dict[str, Any]], roles: dict[str, str]) -> None:
    seen: set[tuple[str, Any]] = set()
    claimed: dict[str, str] = {}
    for row in family.rows["deliveries"]:
        where, mother, day = row["_at"], str(row["mother"]), row.get("delivered_on")
        if (mother, day) in seen:
            reader.bad(
                where,
                "delivery_twice",
                f"{mother} 在 {day} 的分娩写了两次（多胞胎写 babies）",
                f"the delivery of {mother} on {day} stands twice (for twins use babies)",
            )
        seen.add((mother, day))
        if roles.get(mother) == "father" or persons.get(mother, {}).get("sex") == "M":
            reader.bad(f"{where}.mother", "sex", f"{mother} 不能是分娩的母亲", f"{mother} cannot be the mother of a delivery")
        father = row.get("father")
        if father is not None and (father == mother or roles.get(father) == "mother" or persons.get(father, {}).get("sex") == "F"):
            reader.bad(f"{where}.father", "sex", f"{father} 不能是分娩的父亲", f"{father} cannot be the father of a delivery")
        born = persons.get(mother, {}).get("birth_date")
        if day is not None and born is not None and day <= born:
            reader.bad(
                f"{where}.date",
                "older_than_parent",
                f"分娩（{day}）不晚于母亲出生（{born}）",
                f"the delivery ({day}) is not after the mother's birth ({born})",
            )
        children = row.get("children") or []
        if row.get("babies") is not None and len(children) > row["babies"]:
            reader.bad(
                f"{where}.children",
                "too_many",
                f"写了 {len(children)} 个孩子，babies 是 {row['babies']}",
                f"{len(children)} children, but babies is {row['babies']}",
            )
        for child in children:
            if claimed.setdefault(child, where) != where:
                reader.bad(f"{where}.children", "id_twice", f"{child} 在两次分娩里", f"{child} stands in two deliveries")
            own = persons.get(child, {})
            if own.get("mother") not in (None, mother) and "adopted_on" not in own:
                reader.bad(
                    f"{where}.children",
                    "two_mothers",
                    f"{child} 有两个母亲：{own.get('mother')}、{mother}",
                    f"{child} has two mothers: {own.get('mother')}, {mother}",
                )
            if own.get("birth_date") is not None and day is not None and abs((own["birth_date"] - day).days) > 7:
                reader.bad(
                    f"{where}.children",
                    "dates_differ",
                    f"{child} 的出生日期（{own['birth_date']}）与分娩（{day}）不符",
                    f"the birth date of {child} ({own['birth_date']}) does not fit the delivery ({day})",
                )
