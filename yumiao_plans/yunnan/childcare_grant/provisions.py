"""云南省落实国家育儿补贴 · The national grant as Yunnan carries it out: children with hukou here, of any order, adopted too."""

from yumiao.calc.provisions import Child, cash, provision


@provision(
    "国家育儿补贴",
    "National childcare grant",
    to=Child,
    gives=cash(per="year"),
    when=["born_for_the_grant", "registered_in_province", "lawful_birth", "alive_this_year", "months_still_due"],
)
def national_childcare_grant(grant_of_the_year):
    return grant_of_the_year
