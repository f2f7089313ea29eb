"""3岁以下婴幼儿照护个人所得税专项附加扣除 · Off taxable income for the care of a child under three; both parents together."""

from yumiao.calc.provisions import (
    Child,
    add_years,
    at_least_zero,
    choose,
    condition,
    deduction,
    greater,
    lesser,
    month_number,
    provision,
    quantity,
    year_end,
    year_start,
)


@quantity("开始照护的日期", "the day on which care began")
def cared_from(birth_date, adopted_on, on):
    return choose(adopted_on > on, birth_date, adopted_on)


@quantity("满三周岁的前一个月", "the month before the third birthday")
def month_before_third_birthday(birth_date, p):
    return month_number(add_years(birth_date, p.until_age)) - 1


@quantity("这一年可扣除的月数", "months of the year that count")
def months_this_year(cared_from, month_before_third_birthday, death_date, on):
    first = greater(month_number(cared_from), month_number(year_start(on)))
    last = lesser(lesser(month_before_third_birthday, month_number(death_date)), month_number(year_end(on)))
    return at_least_zero(last - first + 1)


@condition(
    "这一年里有月份不满三周岁（出生当月到满三周岁的前一个月）",
    "was under three in some month of the year (from the month of birth to the month before the third birthday)",
)
def some_month_counts(cared_from, month_before_third_birthday, on):
    last = month_before_third_birthday
    begun_in_time = (month_number(on) <= last) | (month_number(cared_from) <= last)
    return (last >= month_number(year_start(on))) & begun_in_time


@provision(
    "三岁以下婴幼儿照护扣除",
    "Tax deduction for a child under three",
    to=Child,
    gives=deduction(per="year"),
    when=[some_month_counts, "alive_this_year"],
)
def under3_tax_deduction(months_this_year, p):
    return months_this_year * p.monthly
