"""What every subject of the province asks: whether somebody's hukou is in Yunnan."""

from yumiao.calc.provisions import condition, inside


@condition("户口登记在云南省", "the hukou is registered in Yunnan")
def registered_in_province(hukou_area, p):
    return inside(hukou_area, p.province)
