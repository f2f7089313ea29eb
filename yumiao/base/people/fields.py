"""Personal fields of accounts, of the registry, and of the facts that a family gives about itself."""

from yumiao.base.access.declare import Field, FieldClass, Purpose
from yumiao.base.access.fields import DUTY, WHO, open_columns

OWN = "个人信息保护法 art. 13 (1), (3)"
PLAN = "红发〔2023〕5号; 个人信息保护法 art. 13 (3)"
FAMILY = frozenset({Purpose.OWN_AFFAIRS, Purpose.ENTITLEMENT, Purpose.MATTER})
CARE = FAMILY | {Purpose.CARE}
COUNTED = CARE | {Purpose.STATISTICS}
MONEY = FAMILY | {Purpose.PAYMENT}


def _fact(cls: FieldClass, purposes: frozenset[Purpose], births: bool = False) -> Field:
    return Field(cls=cls, basis=PLAN, purposes=purposes, births=births)


PLAIN = _fact(FieldClass.PERSONAL, COUNTED)
HOME = _fact(FieldClass.PERSONAL, FAMILY)
INCOME = _fact(FieldClass.SENSITIVE, MONEY)
HEALTH = _fact(FieldClass.SENSITIVE, CARE)
BIRTH = _fact(FieldClass.PERSONAL, COUNTED, births=True)
BIRTH_HEALTH = _fact(FieldClass.SENSITIVE, CARE, births=True)
ACCOUNT = Field(cls=FieldClass.PERSONAL, basis=OWN, purposes=frozenset({Purpose.OPERATION, Purpose.OWN_AFFAIRS}))
SECRET = Field(cls=FieldClass.SEALED, basis=OWN, purposes=frozenset({Purpose.OPERATION}))


def _facts(part: str, one: Field, names: str) -> dict[str, Field]:
    return {f"family.{part}.{name}": one for name in names.split()}


WRITTEN = Field(cls=FieldClass.PERSONAL, basis=DUTY, purposes=WHO.purposes)
NUMBER = _fact(FieldClass.SENSITIVE, MONEY)
NAMED = _fact(FieldClass.PERSONAL, CARE | {Purpose.PAYMENT})
ROW = ("id", "person", "source", "valid_from", "valid_to", "replaces", "withdrawn")


def _states(table: str, **columns: Field) -> dict[str, Field]:
    """Columns of a table of the history; when a state began and ended is as personal as the most harmless fact in it."""
    first = next(iter(columns.values()))
    row = {f"people.{table}.{name}": _fact(FieldClass.PERSONAL, first.purposes, first.births) for name in ROW}
    return row | {f"people.{table}.{name}": one for name, one in columns.items()}


REGISTRY: dict[str, Field] = {
    **open_columns("people.source", "id", "department", "reference", "contract", "trust", "recorded_at", "share"),
    "people.source.who": WRITTEN,
    **open_columns("people.person", "id", "listed"),
    **{f"people.person.{name}": PLAIN for name in ("merged_into", "sex", "birth_date", "dead", "hukou_area", "residence_area")},
    **{f"people.person.{name}": NAMED for name in ("name", "pinyin")},
    "people.person.family": BIRTH,
    **_states("identifier", kind=PLAIN, issuer=PLAIN, value=PLAIN, index=NUMBER, cell=NUMBER),
    **_states("nameborne", kind=NAMED, text=NAMED, pinyin=NAMED),
    **_states("birthfact", sex=PLAIN, birth_date=PLAIN, birth_order=BIRTH, only_child=BIRTH, children_complete=BIRTH),
    **_states("lifeevent", kind=BIRTH, on=BIRTH, unknown=BIRTH),
    **_states("hukou", area=PLAIN, kind=PLAIN, first_area=PLAIN),
    **_states("residence", area=PLAIN, cell=INCOME),
    **_states("membership", family=BIRTH),
    **_states("relation", kind=BIRTH, other=BIRTH, end_unknown=BIRTH),
    **_states("work", employment=HOME, insurance=HOME, provident_fund=HOME, cell=INCOME),
    **_states("home", owns_home=HOME, rents_home=HOME, cell=INCOME),
    **_states("need", recognised_edge=HOME, housing_hardship=HOME, cell=_fact(FieldClass.SENSITIVE, FAMILY, births=True)),
    **_states(
        "deliveryofmother",
        **dict.fromkeys(("on", "father", "babies", "children", "leave_from", "leave_from_unknown"), BIRTH),
        cell=BIRTH_HEALTH,
    ),
    **_states("stayinhospital", cell=HEALTH),
    **_states("certificateheld", cell=HEALTH),
    **_states("contact", index=NUMBER, cell=NUMBER),
    **_states("sameperson", other=PLAIN),
}

FIELDS: dict[str, Field] = {
    **REGISTRY,
    **open_columns("people.account", "id", "is_active", "invented", "created_at", "language"),
    "people.account.username": ACCOUNT,
    "people.account.display_name": ACCOUNT,
    "people.account.last_login": ACCOUNT,
    "people.account.password": SECRET,
    **open_columns("people.binding", "id", "since", "until"),
    "people.binding.account": ACCOUNT,
    "people.binding.person": ACCOUNT,
    **_facts("persons", PLAIN, "id sex birth_date death_date hukou_area hukou_since hukou_kind first_hukou_area residence_area"),
    **_facts("persons", HOME, "owns_home rents_home provident_fund employment insurance recognised_edge housing_hardship"),
    **_facts("persons", INCOME, "monthly_wage employer_average_wage monthly_rent low_income"),
    **_facts("persons", HEALTH, "self_caring hospital_burden_heavy"),
    **_facts("persons", BIRTH, "mother father birth_order children_complete only_child adopted_on"),
    **_facts("persons", BIRTH_HEALTH, "pregnant_since"),
    **_facts("marriages", HOME, "a b from to"),
    **_facts("deliveries", BIRTH, "mother father date babies children leave_from"),
    **_facts("deliveries", BIRTH_HEALTH, "difficult weeks outcome"),
    **_facts("hospital_stays", HEALTH, "person from to"),
    **_facts("certificates", HEALTH, "person kind issued level"),
}
