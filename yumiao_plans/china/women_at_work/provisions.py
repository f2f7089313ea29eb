"""女职工劳动保护特别规定 第六条、第九条 · Protection of women at work in pregnancy and while nursing a child under one."""

from yumiao.calc.provisions import (
    Delivery,
    Mother,
    add_years,
    any_of,
    at_least_zero,
    condition,
    count,
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


@condition("不是收养的", "was not adopted")
def born_to_her(adopted_on, on):
    return adopted_on > on


@quantity("孩子的出生日期", "the child's date of birth")
def born_on(birth_date):
    return birth_date


children_born = count(born_to_her, over="own_children", text=("生育的子女", "children born"))
last_birth = latest(born_on, over="own_children", where=born_to_her)


@condition("怀孕之后已经有孩子出生", "a child was born since the pregnancy began")
def child_came(children_born, last_birth, pregnant_since):
    return (children_born >= 1) & (last_birth >= pregnant_since)


@condition("正在怀孕", "is pregnant")
def pregnant(pregnant_since, pregnancy_over, child_came, on):
    return (pregnant_since <= on) & ~(pregnancy_over | child_came)


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
