"""云南省人口与计划生育条例 · The monthly reward of parents who hold the one-child certificate."""

from yumiao.calc.provisions import Certificate, Parent, add_years, any_of, cash, condition, provision


@condition("在发证期内领取的独生子女父母光荣证", "a one-child certificate issued in its time", of=Certificate)
def certificate_counts(certificate_kind, issued, p):
    return (certificate_kind == "one_child") & (issued <= p.issued_until)


certificate_held = any_of(certificate_counts, over="certificates", text=("持有独生子女父母光荣证", "holds a one-child certificate"))


@condition("已领取独生子女父母光荣证", "holds a one-child certificate", silent=("名下没有证件记录", "no certificate on record"))
def holds_certificate(certificate_held):
    return certificate_held


@condition("只有一个子女", "has one child only")
def one_child_only(children):
    return children == 1


@condition("未到规定年龄", "is below the age set")
def below_age(birth_date, alive, p, on):
    return (add_years(birth_date, p.until_age) > on) & alive


child_below_age = any_of(below_age, over="own_children", text=("孩子未到规定年龄", "the child is below the age set"))


@provision(
    "独生子女保健费",
    "One-child reward",
    to=Parent,
    gives=cash(per="month"),
    when=["alive", holds_certificate, one_child_only, child_below_age],
)
def one_child_reward(p):
    return p.monthly
