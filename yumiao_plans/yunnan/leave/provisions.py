"""云南省人口与计划生育条例 第十八条 · The province's leave: sixty days more for mothers, thirty for fathers, parental leave under three."""

from yumiao.calc.provisions import (
    Delivery,
    FatherOfDelivery,
    MotherOfDelivery,
    Parent,
    add_days,
    add_years,
    cash,
    choose,
    condition,
    day_before,
    days,
    earliest,
    greater,
    latest,
    lesser,
    pay,
    provision,
    quantity,
    share,
    year_end,
    year_start,
)


@condition("有分娩记录", "a delivery is on record", of=Delivery, silent=("没有分娩记录", "no delivery on record"))
def gave_birth(delivered):
    return delivered


@quantity("产假天数", "days of maternity leave", of=Delivery, decided_on="delivered_on")
def leave_days(is_birth, outcome, national_birth_days, miscarriage_days, p):
    return choose(is_birth, national_birth_days + pay(outcome == "live", p.mother_more), miscarriage_days)


@quantity("产假最后一天", "last day of leave", of=Delivery)
def leave_ends(leave_begins, leave_days):
    return add_days(leave_begins, leave_days - 1)


@provision(
    "产假",
    "Maternity leave",
    to=MotherOfDelivery,
    gives=days(per="delivery"),
    decided_on="delivered_on",
    when=[gave_birth, "employed", "lawful_birth"],
    begins="leave_begins",
    ends=leave_ends,
)
def maternity_leave(leave_days):
    return leave_days


@condition("生育了子女（活产）", "a live birth", of=Delivery)
def child_born(outcome):
    return outcome == "live"


@quantity("护理假最后一天", "last day of the father's leave", of=Delivery, decided_on="delivered_on")
def fathers_leave_ends(delivered_on, p):
    return add_days(delivered_on, p.father - 1)


@quantity("分娩当天", "the day of delivery", of=Delivery)
def day_of_delivery(delivered_on):
    return delivered_on


@provision(
    "护理假（陪产假）",
    "Father's leave",
    to=FatherOfDelivery,
    gives=days(per="delivery"),
    decided_on="delivered_on",
    when=[gave_birth, "employed", child_born, "lawful_birth"],
    begins=day_of_delivery,
    ends=fathers_leave_ends,
)
def paternity_leave(p):
    return p.father


@condition("有不满三周岁的子女（含依法收养的）", "has a child under three (adopted ones too)")
def has_child_under_three(children_under_three):
    return children_under_three >= 1


@quantity("满三周岁的前一天", "the day before the third birthday")
def last_day_under_three(birth_date, p):
    return day_before(add_years(birth_date, p.until_age))


youngest_turns_three = latest(last_day_under_three, over="own_children", where="under_three")


@quantity("来到家里的那天（出生或收养登记）", "the day on which the child came, by birth or adoption")
def came_on(birth_date, adopted_on, on):
    return choose(adopted_on <= on, adopted_on, birth_date)


first_came = earliest(came_on, over="own_children", where="under_three")


@quantity("今年育儿假从", "parental leave of the year from")
def parental_leave_begins(first_came, on):
    return greater(first_came, year_start(on))


@quantity("今年育儿假到", "parental leave of the year until")
def parental_leave_ends(youngest_turns_three, on):
    return lesser(youngest_turns_three, year_end(on))


@provision(
    "育儿假",
    "Parental leave",
    to=Parent,
    gives=days(per="year"),
    when=["alive", "employed", has_child_under_three],
    begins=parental_leave_begins,
    ends=parental_leave_ends,
)
def parental_leave(children_under_three, p):
    return p.parental + pay(children_under_three >= p.several, p.parental_more)


@condition("参加职工生育保险", "is insured for maternity as an employee")
def insured_as_employee(insurance):
    return insurance == "employee"


@quantity("计发津贴的天数", "days that the allowance counts", of=Delivery, decided_on="delivered_on")
def allowance_days(leave_days, national_part, p):
    return choose(p.allowance_counts == "all_days", leave_days, national_part)


@quantity("国家规定的天数", "days by state law", of=Delivery)
def national_part(is_birth, national_birth_days, miscarriage_days):
    return choose(is_birth, national_birth_days, miscarriage_days)


@provision(
    "生育津贴",
    "Maternity allowance",
    to=MotherOfDelivery,
    gives=cash(per="delivery"),
    decided_on="delivered_on",
    when=[gave_birth, "employed", insured_as_employee],
    begins="leave_begins",
    ends=leave_ends,
)
def maternity_allowance(employer_average_wage, allowance_days, p):
    return share(employer_average_wage * allowance_days, p.days_a_month)
