"""The history of persons only grows: the database refuses to change or delete a row of it, or of its sources."""

from yumiao.base.audit.triggers import Guard

GROUPS = (
    "source", "identifier", "nameborne", "birthfact", "lifeevent", "hukou", "residence", "membership", "relation", "work", "home", "need",
    "deliveryofmother", "stayinhospital", "certificateheld", "contact", "sameperson",
)  # fmt: skip
HISTORY = Guard("people", "the history of persons", tuple(f"people_{name}" for name in GROUPS))
