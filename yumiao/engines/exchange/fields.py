"""Fields of batches, rows and pairs. What a row holds is sealed; its keys are blind."""

from yumiao.base.access.declare import Field, FieldClass, Purpose
from yumiao.base.access.fields import WHO, open_columns

from .declare import KEYS

BASIS = "政务数据共享条例 (国务院令第809号); 个人信息保护法 art. 13 (3), 34"
SERVED = frozenset({Purpose.MATTER, Purpose.ENTITLEMENT, Purpose.CARE})
PLACE = Field(cls=FieldClass.PERSONAL, basis=BASIS, purposes=SERVED | {Purpose.STATISTICS, Purpose.OPERATION})
SEALED = Field(cls=FieldClass.SENSITIVE, basis=BASIS, purposes=SERVED, births=True)
FIGURE = ("department", "contract", "county", "kind", "field", "n", "of")

FIELDS: dict[str, Field] = {
    **open_columns(
        "exchange.batch", "id", "department", "contract", "contracts", "plan", "digest", "purpose", "trust", "today", "state", "job",
        "rows", "accepted", "rejected", "ignored", "findings", "mentions", "persons_new", "code", "fault_zh", "fault_en", "received_at",
        "taken_at", "revoked_at",
    ),
    "exchange.batch.who": WHO,
    **open_columns("exchange.originalfile", "id", "batch", "name", "sha256", "size"),
    **open_columns("exchange.fileblock", "id", "file", "place"),
    "exchange.fileblock.cell": SEALED,
    **open_columns("exchange.part", "id", "batch", "file", "sheet", "contract", "rows", "accepted", "rejected", "ignored"),
    **open_columns("exchange.finding", "id", "part", "row", "column", "cell", "code", "more_zh", "more_en"),
    "exchange.finding.value": PLACE,
    **{f"exchange.mention.{name}": PLACE for name in (
        "id", "part", "row", "role", "person", "rule", "decided_by", "probability", "county", "household", "place",
    )},
    **{f"exchange.mention.by_{name}": SEALED for name in KEYS},
    "exchange.mention.cell": SEALED,
    **{f"exchange.pair.{name}": PLACE for name in (
        "id", "batch", "a", "b", "reason", "weight", "county", "money", "state", "at", "settled_at",
    )},
    **{f"exchange.judgment.{name}": PLACE for name in ("id", "pair", "at", "verdict")},
    "exchange.judgment.who": WHO,
    **{f"exchange.disagreement.{name}": PLACE for name in (
        "id", "batch", "person", "group", "kind", "column", "departments", "wins", "county", "state", "at", "gone_at",
    )},
    **{f"exchange.ruling.{name}": SEALED for name in ("a", "b", "a_day", "b_day")},
    **open_columns("exchange.ruling", "id", "judgment", "settles"),
    **{f"exchange.birthworked.{name}": PLACE for name in ("id", "mention", "at", "note")},
    "exchange.birthworked.who": WHO,
    **open_columns("exchange.weighed", "id", "batch", "through", "at"),
    **open_columns("exchange.tally", "id", "batch", *FIGURE),
    **open_columns("exchange.closing", "id", "month", "number", "why", "batch", "at"),
    "exchange.closing.who": WHO,
    **open_columns("exchange.measure", "id", "closing", *FIGURE),
    **open_columns("exchange.sample", "id", "week", "links", "at"),
    "exchange.sample.who": WHO,
    **open_columns("exchange.drawn", "id", "sample", "pair", "rule", "joined"),
}  # fmt: skip
