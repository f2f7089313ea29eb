"""第5条 生育补贴 · Birth grants: second and third children born in the window, hukou here; accident insurance for all."""

from yumiao.calc.provisions import Child, add_years, cash, choose, condition, provision, year, year_start


@condition("在方案写明的期限内出生，首尾两天都算", "was born in the window of the plan, both days included")
def born_in_window(birth_date, p):
    return (birth_date >= p.born_from) & (birth_date <= p.born_to)


@condition("是方案写明的孩次：二孩、三孩", "is of an order that the plan names: second or third")
def order_named(birth_order, p):
    return p.amount.names(birth_order)


@condition("是生育的孩子；收养的等主管部门定", "was born to the mother; an adopted child waits for the authority")
def born_not_adopted(adopted_on, p, on):
    return (adopted_on > on) | p.adopted_counts_as_birth


@condition("一次性补贴没有随每年 800 元并入国家补贴", "the one-off grant did not merge into the national one with the yearly 800")
def one_off_goes_on(birth_date, p):
    return (birth_date < p.merged_from) | p.one_off_after_merger


@provision(
    "一次性生育补贴",
    "One-off birth grant",
    measure="5.a",
    to=Child,
    gives=cash(per="once"),
    decided_on="birth_date",
    when=[born_in_window, "registered_here", order_named, born_not_adopted, one_off_goes_on],
)
def birth_grant(birth_order, p):
    return p.amount[birth_order]


@condition("这一年里不满三周岁", "was under three in the year")
def under_three_this_year(birth_date, p, on):
    return choose(
        p.year_of_the_800 == "calendar_year",
        add_years(birth_date, p.until_age) > year_start(on),
        (year(on) > year(birth_date)) & (add_years(birth_date, year(on) - year(birth_date)) <= on),
    )


@provision(
    "育儿补助",
    "Yearly childcare grant",
    measure="5.b",
    to=Child,
    gives=cash(per="year"),
    then="national_childcare_grant",
    when=[born_in_window, "registered_here", order_named, born_not_adopted, under_three_this_year, "alive_this_year"],
)
def childcare_grant(p):
    return p.yearly


@condition("这一年里不满三周岁", "was under three in the year")
def infant_this_year(birth_date, p, on):
    return add_years(birth_date, p.insured_until_age) > year_start(on)


@condition("新生儿、婴幼儿都有，方案没有写出生期限", "every small child: the plan writes no birth window here")
def insured_whenever_born(born_in_window, p):
    return born_in_window | ~p.insurance_asks_window


@provision(
    "意外伤害险参保补贴",
    "Accident insurance",
    measure="5.c",
    to=Child,
    gives=cash(per="year"),
    when=[insured_whenever_born, "registered_here", born_not_adopted, infant_this_year, "alive_this_year"],
)
def accident_insurance(p):
    return p.insurance
