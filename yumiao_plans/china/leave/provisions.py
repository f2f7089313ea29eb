"""女职工劳动保护特别规定 第七条 · National maternity leave: the days of a birth, a difficult birth, several babies, a miscarriage."""

from yumiao.calc.provisions import Delivery, add_days, at_least_zero, choose, condition, greater, lesser, pay, quantity


@condition("生产（活产，或满二十八周的死产）", "a birth (live, or a stillbirth from 28 full weeks)", of=Delivery)
def is_birth(outcome, weeks, p):
    return (outcome == "live") | ((outcome == "stillbirth") & (weeks >= p.stillbirth_from))


@quantity("国家规定的产假", "national days of a birth", of=Delivery, decided_on="delivered_on")
def national_birth_days(difficult, babies, p):
    return p.basic + pay(difficult, p.difficult) + at_least_zero(babies - 1) * p.each_more


@quantity("流产假", "days after a miscarriage", of=Delivery, decided_on="delivered_on")
def miscarriage_days(weeks, p):
    return choose(weeks < p.four_months, p.miscarriage_early, p.miscarriage_late)


@quantity("产假第一天", "first day of leave", of=Delivery)
def leave_begins(delivered_on, leave_from, p):
    return lesser(delivered_on, greater(leave_from, add_days(delivered_on, 0 - p.before_birth)))
