"""计划生育家庭奖励扶助、特别扶助 · Reward for rural parents of one child or two girls; assistance after the loss of an only child."""

from yumiao.calc.provisions import Anyone, Marriage, Parent, add_years, any_of, cash, choose, condition, count, provision


@condition("配偶不是农业户口", "the spouse's hukou is not rural", of=Marriage)
def spouse_not_rural(married_now, hukou_kind):
    return married_now & (hukou_kind == "urban")


spouse_outside = any_of(spouse_not_rural, over="marriages", text=("配偶不是农业户口", "the spouse's hukou is not rural"))


@condition("本人和配偶都是农业户口（农村居民）", "own and spouse's hukou are rural")
def couple_rural(hukou_kind, spouse_outside):
    return (hukou_kind == "rural") & ~spouse_outside


@condition("1933年1月1日以后出生", "was born on or after the first birth date")
def born_late_enough(birth_date, p):
    return birth_date >= p.born_from


@condition("全面两孩以后生育或收养的孩子", "a child that came after the two-child policy")
def came_later(birth_date, adopted_on, p, on):
    return (birth_date >= p.policy_change) | ((adopted_on <= on) & (adopted_on >= p.policy_change))


later_child = any_of(came_later, over="own_children", text=("全面两孩以后又有孩子", "a child came after the two-child policy"))


@condition("健在的女孩", "a living girl")
def living_girl(sex, alive):
    return (sex == "F") & alive


living_girls = count(living_girl, over="own_children", text=("健在的女孩", "living girls"))


@condition(
    "现有一个子女，或只有两个女孩，或子女死亡现无子女",
    "has one living child, or two girls only, or has lost all children",
    silent=("没有子女记录", "no children on record"),
)
def family_pattern(children, living_children, living_girls, p):
    two_girls = (children == p.two) & (living_girls == p.two)
    return (children >= 1) & ((living_children <= 1) | two_girls)


@condition("全面两孩政策以后没有再生育、收养", "no child came after the two-child policy")
def no_later_child(later_child):
    return ~later_child


@condition("本人健在", "is alive")
def holder_alive(alive):
    return alive


@provision(
    "农村部分计划生育家庭奖励扶助",
    "Reward for rural families of one child or two girls",
    to=Parent,
    gives=cash(per="year"),
    when=[couple_rural, family_pattern, no_later_child, "elderly", born_late_enough, holder_alive],
)
def reward_assistance(p):
    return p.reward


@condition("独生子女死亡或三级以上残疾，没有再生育、收养", "the only child has died or is disabled, and no other was born or adopted")
def lost_or_disabled(only_child_lost_or_disabled, special_certificate, children):
    return only_child_lost_or_disabled | (special_certificate & (children == 0))


@condition("本人年满四十九周岁", "is 49")
def own_age_reached(birth_date, p, on):
    return add_years(birth_date, p.wife_age) <= on


@condition("配偶未满四十九周岁", "the spouse is not yet 49", of=Marriage)
def spouse_too_young(married_now, birth_date, p, on):
    return married_now & (add_years(birth_date, p.wife_age) > on)


young_spouse = any_of(spouse_too_young, over="marriages", text=("配偶未满四十九周岁", "the spouse is not yet 49"))


@condition("妻子年满四十九周岁；没有妻子的，本人年满四十九周岁", "the wife is 49; without a wife, he himself is")
def old_enough_as_man(young_spouse, has_spouse, own_age_reached):
    return ~young_spouse & (has_spouse | own_age_reached)


@condition("女方年满四十九周岁（没有妻子的男方看本人）", "the woman is 49 (for a man without a wife, he himself)")
def old_enough(sex, own_age_reached, old_enough_as_man):
    # The first term answers where both ways agree, so that the sex is asked only where it matters.
    return (own_age_reached & old_enough_as_man) | ((sex == "F") & own_age_reached) | ((sex == "M") & old_enough_as_man)


@provision(
    "计划生育家庭特别扶助",
    "Special assistance",
    to=Anyone,
    gives=cash(per="month"),
    when=[lost_or_disabled, old_enough, born_late_enough, holder_alive],
)
def special_assistance(only_child_lost_or_disabled, living_children, p):
    return choose(only_child_lost_or_disabled, choose(living_children == 0, p.after_death, p.after_disability), p.recognised_only)
