"""第19条 帮扶 · A nursing subsidy for the old of special families who cannot care for themselves and are poor."""

from yumiao.calc.provisions import Anyone, cash, condition, provision


@condition("生活长期不能自理", "cannot care for themself in the long run")
def not_self_caring(self_caring):
    return ~self_caring


@condition("经济困难", "is poor")
def poor(low_income):
    return low_income


@provision(
    "护理补贴",
    "Nursing subsidy",
    measure="19.c",
    to=Anyone,
    gives=cash(per="month"),
    when=["special_family_member", "elderly", not_self_caring, poor, "alive"],
)
def nursing_subsidy(p):
    return p.nursing
