"""女职工劳动保护特别规定 第六条、第九条 · Protection of women at work in pregnancy and while nursing a child under one."""

from yumiao.calc.provisions import (
    Delivery,
    Mother,
    add_years,
    any_of,
    at_least_zero,
    condition,
    day_before,
    latest,
    provision,
    quantity,
    service,
)


@condition("这次分娩结束了怀孕", "the delivery ended the pregnancy", of=Delivery)
def ended_pregnancy(delivered_on, pregnant_since):
    return delivered_on >= pregnant_since


pregnancy_over = any_of(ended_pregnancy, over="deliveries", text=("怀孕已经结束", "the pregnancy is over"))


@condition("正在怀孕", "is pregnant")
def pregnant(pregnant_since, pregnancy_over, on):
    return (pregnant_since <= on) & ~pregnancy_over


@condition("在哺乳期（有不满一周岁的孩子）", "is nursing (has a child under one)")
def nursing(named_mother, children_under_one):
    return named_mother & (children_under_one >= 1)


@condition(
    "怀孕或在哺乳期",
    "is pregnant or nursing",
    silent=("没有怀孕记录，也没有不满一周岁的孩子", "no pregnancy on record and no child under one"),
)
def pregnant_or_nursing(pregnant, nursing):
    return pregnant | nursing


@provision(
    "孕期、哺乳期特殊劳动保护",
    "Protected work in pregnancy and nursing",
    to=Mother,
    gives=service(),
    when=["employed", pregnant_or_nursing, "alive"],
)
def protected_work():
    return 1


@quantity("满一周岁的前一天", "the day before the first birthday")
def last_day_under_one(birth_date, p):
    return day_before(add_years(birth_date, p.until_age))


youngest_turns_one = latest(last_day_under_one, over="own_children", where="under_one")


@provision(
    "哺乳时间", "Nursing time", to=Mother, gives=service("minutes", per="day"), when=["employed", nursing, "alive"], ends=youngest_turns_one
)
def nursing_time(children_under_one, p):
    return p.first_child + at_least_zero(children_under_one - 1) * p.each_more
