"""第20条 扶助关怀 · Special families: medical assistance at the edge of poverty, first in line for public rental."""

from yumiao.calc.provisions import Anyone, condition, priority, provision, service


@condition("没有纳入低保等困难人群", "is not on the low-income list")
def not_low_income(low_income):
    return ~low_income


@condition("住院费用报销后个人负担仍然较重", "hospital costs remain heavy after insurance")
def burden_heavy(hospital_burden_heavy):
    return hospital_burden_heavy


@condition("认定为低保边缘家庭成员或有返贫致贫风险", "recognised as at the edge of poverty")
def at_the_edge(recognised_edge):
    return recognised_edge


@provision(
    "医疗救助（依申请）",
    "Medical assistance, on request",
    measure="20.b",
    to=Anyone,
    gives=service(),
    when=["special_family_member", not_low_income, burden_heavy, at_the_edge, "alive"],
)
def medical_assistance():
    return 1


@provision(
    "公租房优先配租",
    "First in line for public rental",
    measure="20.d",
    to=Anyone,
    gives=priority(),
    when=["special_family_member", "recognised_hardship", "alive"],
)
def rental_priority():
    return 1
