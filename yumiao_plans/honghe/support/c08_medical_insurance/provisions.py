"""第8条 医保支持 · Medical insurance: delivery in hospital, prenatal checks, pain relief in labour, women in flexible work."""

from yumiao.calc.provisions import Delivery, MotherOfDelivery, condition, one_of, provision, service


@condition("有分娩记录", "a delivery is on record", of=Delivery, silent=("没有分娩记录", "no delivery on record"))
def birth_on_record(delivered):
    return delivered


@condition("是分娩，不是流产", "a delivery, not a miscarriage", of=Delivery)
def not_a_miscarriage(outcome):
    return outcome != "miscarriage"


@condition("参加了医疗保险", "has medical insurance")
def insured(insurance):
    return one_of(insurance, "employee", "resident", "flexible")


@condition("参加城乡居民医保", "is in the residents' scheme")
def in_residents_scheme(insurance):
    return insurance == "resident"


@condition("参加职工医保（含生育保险）", "is in the employee scheme")
def in_employee_scheme(insurance):
    return insurance == "employee"


@condition("以灵活就业人员身份参加职工医保", "is in the employee scheme as a flexible worker")
def in_flexible_scheme(insurance):
    return insurance == "flexible"


@provision(
    "住院分娩医疗费用",
    "Delivery in hospital",
    measure="8.a",
    to=MotherOfDelivery,
    gives=service("kind", per="delivery"),
    decided_on="delivered_on",
    when=[birth_on_record, not_a_miscarriage, insured],
    kinds={"resident_fixed": in_residents_scheme, "employee_ratio": in_employee_scheme, "flexible_ratio": in_flexible_scheme},
)
def delivery_cover():
    return 1


@provision(
    "产前检查和产前诊断",
    "Prenatal checks and diagnosis",
    measure="8.a",
    to=MotherOfDelivery,
    gives=service(per="delivery"),
    decided_on="delivered_on",
    when=[birth_on_record, insured],
)
def prenatal_cover():
    return 1


@condition(
    "分娩镇痛已按程序纳入支付范围", "pain relief in labour has been taken into scope by procedure", of=Delivery, decided_on="delivered_on"
)
def analgesia_in_scope(p):
    return p.analgesia_taken_in == "taken_in"


@provision(
    "分娩镇痛",
    "Pain relief in labour",
    measure="8.a",
    to=MotherOfDelivery,
    gives=service(per="delivery"),
    decided_on="delivered_on",
    when=[birth_on_record, not_a_miscarriage, analgesia_in_scope, insured],
)
def analgesia_cover():
    return 1


@provision(
    "灵活就业人员生育医疗待遇",
    "Maternity cover for flexible workers",
    measure="8.c",
    to=MotherOfDelivery,
    gives=service(per="delivery"),
    decided_on="delivered_on",
    when=[birth_on_record, in_flexible_scheme],
)
def flexible_maternity_cover():
    return 1
