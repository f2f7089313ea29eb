"""Personal fields of accounts, and of the facts that a family gives about itself."""

from yumiao.base.access.declare import Field, FieldClass, Purpose
from yumiao.base.access.fields import open_columns

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


FIELDS: dict[str, Field] = {
    **open_columns("people.account", "id", "is_active", "invented", "created_at", "language"),
    "people.account.username": ACCOUNT,
    "people.account.display_name": ACCOUNT,
    "people.account.last_login": ACCOUNT,
    "people.account.password": SECRET,
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
