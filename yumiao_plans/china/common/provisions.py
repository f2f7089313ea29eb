"""What every subject of state law asks of persons and families: age, life, work, children, marriage, special families."""

from yumiao.calc.provisions import Certificate, Marriage, add_years, any_of, condition, count, year_start


@condition("健在", "is alive")
def alive(death_date, on):
    return death_date > on


@condition("这一年里在世（去世当年也算）", "was alive in the year (the year of death counts)")
def alive_this_year(death_date, on):
    return death_date >= year_start(on)


@condition("有用人单位", "works for an employer")
def employed(employment):
    return employment == "employee"


@condition("已成年", "is of age")
def adult(birth_date, p, on):
    return add_years(birth_date, p.majority) <= on


@condition("年满六十周岁", "is sixty or more")
def elderly(birth_date, p, on):
    return add_years(birth_date, p.old_age) <= on


@condition("未成年", "is a minor")
def minor(birth_date, alive, p, on):
    return (add_years(birth_date, p.majority) > on) & alive


@condition("不满三周岁", "is under three")
def under_three(birth_date, alive, p, on):
    return (add_years(birth_date, p.three) > on) & alive


@condition("不满一周岁", "is under one")
def under_one(birth_date, alive, p, on):
    return (add_years(birth_date, p.one_year) > on) & alive


@condition("符合法律法规规定生育", "the birth is within the law")
def lawful_birth(p):
    return p.birth_taken_as_lawful


children = count("listed", over="own_children", text=("子女", "children"))
living_children = count(alive, over="own_children", text=("健在的子女", "living children"))
minor_children = count(minor, over="own_children", text=("未成年子女", "minor children"))
children_under_three = count(under_three, over="own_children", text=("不满三周岁的子女", "children under three"))
children_under_one = count(under_one, over="own_children", text=("不满一周岁的子女", "children under one"))


@condition("婚姻仍在（没有离婚，对方健在）", "the marriage still holds (no divorce, the spouse is alive)", of=Marriage)
def married_now(marriage_ended_on, alive, on):
    return (marriage_ended_on > on) & alive


has_spouse = any_of(married_now, over="marriages", text=("有配偶", "is married"))


@condition("持三级以上残疾人证", "holds a disability certificate of level three or above", of=Certificate)
def disabled_to_level(certificate_kind, level, p):
    return (certificate_kind == "disability") & (level <= p.disability_level)


@condition("持特殊家庭认定", "is recognised as a special family", of=Certificate)
def recognised_special(certificate_kind):
    return certificate_kind == "special_family"


disabled = any_of(disabled_to_level, over="certificates", text=("三级以上残疾", "disabled, level three or above"))
special_certificate = any_of(recognised_special, over="certificates", text=("有特殊家庭认定", "recognised as a special family"))
disabled_child = any_of(disabled, over="own_children", text=("子女三级以上残疾", "a child is disabled, level three or above"))


@condition(
    "只生育或收养过一个子女，已经死亡或三级以上残疾", "the only child, born or adopted, has died or is disabled, level three or above"
)
def only_child_lost_or_disabled(children, living_children, disabled_child):
    return (children == 1) & ((living_children == 0) | disabled_child)


@condition(
    "是计划生育特殊家庭成员",
    "is a member of a special family",
    silent=("没有认定，也没有独生子女死亡或残疾的记录", "no recognition and no death or disability of an only child on record"),
)
def special_family_member(special_certificate, only_child_lost_or_disabled):
    return special_certificate | only_child_lost_or_disabled
