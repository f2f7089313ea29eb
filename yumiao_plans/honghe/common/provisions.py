"""What every clause of the prefecture asks: whether a child is registered here, and whose housing hardship is recognised."""

from yumiao.calc.provisions import add_years, condition, inside


@condition("户口登记在红河州十三个县市之一", "the hukou is in one of the thirteen counties of Honghe")
def hukou_here(hukou_area, p):
    return inside(hukou_area, p.counties)


@condition("户口登记在红河州：出生一年内登记，或出生时先登记在这里", "registered in Honghe: within a year of birth, or here first")
def registered_here(hukou_here, hukou_since, birth_date, first_hukou_area, p):
    soon = hukou_since <= add_years(birth_date, p.first_registration_within)
    return hukou_here & ((soon & p.first_registration_counts) | inside(first_hukou_area, p.counties) | p.hukou_moved_in_later)


@condition("县市认定符合当地住房保障条件", "the county has recognised that the local housing conditions are met")
def recognised_hardship(housing_hardship):
    return housing_hardship
