"""育儿补贴制度 · The national childcare grant: whole years for children born from its start, months for those who were under three then."""

from yumiao.calc.provisions import at_least_zero, choose, condition, lesser, month_number, quantity, year


@condition("2022年1月1日以后出生", "was born on or after the first birth date of the scheme")
def born_for_the_grant(birth_date, p):
    return birth_date >= p.first_birth


@condition("制度开始以后出生", "was born since the scheme began")
def born_since_start(birth_date, p):
    return birth_date >= p.start


@quantity("年初还没有补的月数", "months not yet granted when the year began")
def months_left(birth_date, p, on):
    all_months = month_number(birth_date) - month_number(p.first_birth) + 1
    return at_least_zero(all_months - (year(on) - year(p.start)) * p.most_months)


@condition("这一年还有应补的月份（到满三周岁）", "months are still due in the year (until the third birthday)")
def months_still_due(birth_date, born_since_start, months_left, p, on):
    return choose(born_since_start, year(on) - year(birth_date) < p.years, months_left > 0)


@quantity("这一年的国家育儿补贴", "the national grant of the year")
def grant_of_the_year(born_since_start, months_left, p):
    return choose(born_since_start, p.yearly, lesser(months_left, p.most_months) * p.monthly)
