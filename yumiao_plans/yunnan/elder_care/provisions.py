"""云南省老年人权益保障条例 · Care leave for the children of an elderly parent who is in hospital."""

from yumiao.calc.provisions import Child, Stay, add_years, any_of, choose, condition, days, lesser, provision, quantity, year_start


@quantity(
    "住院到哪一天（没有出院的到今天，去世的到那天）", "last day in hospital (today if still there, the day of death if died)", of=Stay
)
def in_hospital_until(discharged_on, death_date, on):
    return lesser(choose(discharged_on > on, death_date, discharged_on), on)


@condition("这一年里年满六十周岁后住过院", "was in hospital in the year, aged sixty or more", of=Stay)
def stay_counts(admitted_on, discharged_on, in_hospital_until, birth_date, p, on):
    begun = (admitted_on <= on) | (discharged_on <= on)
    return begun & (in_hospital_until >= year_start(on)) & (in_hospital_until >= add_years(birth_date, p.parent_age))


was_in_hospital = any_of(stay_counts, over="stays", text=("年满六十周岁，这一年里住过院", "aged sixty or more and in hospital this year"))
parent_in_hospital = any_of(
    was_in_hospital, over="parents", text=("父母年满六十周岁，这一年里住过院", "a parent aged sixty or more was in hospital this year")
)


@condition(
    "父母年满六十周岁，这一年里患病住过院",
    "a parent aged sixty or more was in hospital this year",
    silent=("没有父母住院的记录", "no hospital stay of a parent on record"),
)
def elderly_parent_in_hospital(parent_in_hospital):
    return parent_in_hospital


@provision(
    "父母住院护理假",
    "Care leave for a parent in hospital",
    to=Child,
    gives=days(per="year"),
    when=["adult", "alive_this_year", "employed", elderly_parent_in_hospital],
)
def elder_care_leave(only_child, p):
    return choose(only_child, p.only_child, p.not_only_child)
