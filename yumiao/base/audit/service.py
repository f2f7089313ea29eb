"""Record of what was done: written with the deed, sealed soon after, provable for ever.

`record(deed)` writes one row in the transaction of the verb or query, so that neither exists without the other. Nobody computes a
chain there: that would be one lock for all requests. Every few seconds one sealer calls `seal()`: it takes the rows that have no seal yet,
in blocks, and gives each its place and the hash of the place before together with the row's own columns. Two sealers at once
are harmless: places are unique, one of the two takes nothing and comes again.

`verify()` walks the chain from the first place, hashes every row again, and names the first row that was changed, is
missing, or stands under a broken seal. Rows after the chain are counted as the unsealed tail. The database refuses UPDATE and DELETE
(triggers); `verify` also says whether that guard still stands. Cutting off the end of rows and seals together leaves a shorter
whole chain: keep the printed head elsewhere, and compare.
"""

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from . import chain, queries
from .declare import Deed
from .models import Block, Entry, Seal

verify = chain.verify
BLOCK = 1000
LATE = 100_000  # how far a row's number may lie behind the highest sealed one when its transaction commits at last


def record(deed: Deed) -> int:
    """Writes the row; its number. Raises RuntimeError outside a transaction, ValueError for a text that does not fit its column."""
    if not connection.in_atomic_block:
        raise RuntimeError("a deed is recorded inside its own transaction")
    row = Entry(
        at=timezone.now(),
        who=deed.who,
        role=deed.role,
        verb=deed.verb,
        outcome=deed.outcome,
        object_kind=deed.object_kind,
        object_id=deed.object_id,
        purpose=deed.purpose,
        count=deed.count,
        digest=deed.digest,
    )
    for name in chain.COLUMNS[2:]:
        value, longest = getattr(row, name), getattr(Entry._meta.get_field(name), "max_length", None)
        if longest and (len(value) > longest or "\x00" in value):
            raise ValueError(f"audit: {name} takes at most {longest} characters without NUL")
    row.save(force_insert=True)
    return row.pk


def seal() -> int:
    """Seals all rows that wait; how many. Meant to be called by one sealer every few seconds."""
    total = 0
    while True:
        try:
            with transaction.atomic():
                taken = _seal_block()
        except IntegrityError:
            return total  # another sealer took these places
        total += taken
        if taken < BLOCK:
            return total


def _seal_block() -> int:
    last = Seal.objects.order_by("-place").first()
    place, head = (last.place, last.hash) if last else (0, chain.START)
    highest = Seal.objects.aggregate(highest=Max("entry"))["highest"] or 0
    rows = list(queries.unsealed().filter(pk__gt=highest - LATE).order_by("pk").values_list(*chain.COLUMNS)[:BLOCK])
    if not rows:
        return 0
    seals = []
    for row in rows:
        place, head = place + 1, chain.link(head, row)
        seals.append(Seal(place=place, entry=row[0], hash=head))
    number = (Block.objects.aggregate(highest=Max("number"))["highest"] or 0) + 1
    block = Block.objects.create(number=number, rows=len(rows), head=head, sealed_at=timezone.now())
    for one in seals:
        one.block = block
    Seal.objects.bulk_create(seals)
    return len(rows)
