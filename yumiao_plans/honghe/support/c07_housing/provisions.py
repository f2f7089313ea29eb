"""第7条 住房保障 · Housing: the choice of a public flat, larger flats, help with buying (encouraged), the provident fund for rent."""

from yumiao.calc.provisions import Head, Marriage, Parent, any_of, cash, condition, county, priority, provision, service


@condition("有未成年子女", "has minor children")
def has_minor_children(minor_children):
    return minor_children >= 1


@provision(
    "公租房户型照顾",
    "Choice of a public rental flat",
    measure="7.a",
    to=Head,
    gives=priority("none"),
    when=["recognised_hardship", has_minor_children, "alive"],
    tells=("minor_children", "按 {} 名未成年子女照顾户型", "{} minor children count in the choice of flat"),
)
def rental_flat_choice():
    return 1


@condition("三孩家庭（三个以上未成年子女）", "a three-child family (three or more minor children)")
def three_children(minor_children, p):
    return minor_children >= p.three_children


@provision(
    "超过七十平方米的保障性租赁住房",
    "A larger subsidised rental flat",
    measure="7.b",
    to=Head,
    gives=priority("none"),
    when=["recognised_hardship", three_children, "alive"],
)
def large_rental_flat():
    return 1


@condition("所在县市已经公布建房购房补助办法", "the county has published such a rule (help with building or buying)")
def county_pays_purchase(residence_area, p):
    return p.purchase_subsidy.names(county(residence_area))


@provision(
    "建房购房补助",
    "Subsidy for building or buying a home",
    measure="7.c",
    to=Head,
    gives=cash(per="once"),
    when=[county_pays_purchase, three_children, "alive"],
)
def home_purchase_subsidy(residence_area, p):
    return p.purchase_subsidy[county(residence_area)]


@condition("二孩以上家庭（两个以上未成年子女）", "a family of two or more minor children")
def two_children(minor_children, p):
    return minor_children >= p.two_children


@condition("所在县市已经公布贷款优惠办法", "the county has published such a rule (higher loans, lower first payment)")
def county_prefers_loans(residence_area, p):
    return p.higher_loan.names(county(residence_area))


@condition("配偶有自有住房", "the spouse owns a home", of=Marriage)
def spouse_owns(married_now, owns_home):
    return married_now & owns_home


spouse_owns_home = any_of(spouse_owns, over="marriages", text=("配偶有自有住房", "the spouse owns a home"))


@condition("没有自有住房", "owns no home")
def owns_none(owns_home, spouse_owns_home, p):
    return ~(owns_home | (p.spouses_home_counts & spouse_owns_home))


@provision(
    "公积金贷款优惠",
    "Provident fund loan preference",
    measure="7.d",
    to=Head,
    gives=service("CNY"),
    when=[county_prefers_loans, two_children, owns_none, "alive"],
)
def fund_loan_preference(residence_area, p):
    return p.higher_loan[county(residence_area)]


@condition("缴存住房公积金", "pays into the housing provident fund")
def pays_fund(provident_fund):
    return provident_fund


@condition("租房住", "rents a home")
def renting(rents_home):
    return rents_home


@provision(
    "按实际房租提取公积金",
    "Provident fund drawn for the real rent",
    measure="7.d",
    to=Parent,
    gives=service("CNY", per="month"),
    when=[pays_fund, owns_none, renting, two_children, "alive"],
)
def rent_withdrawal(monthly_rent):
    return monthly_rent
