"""社会保险法 第五十四条 · An insured man's wife who is not working has her medical costs of birth covered (no allowance)."""

from yumiao.calc.provisions import Delivery, Marriage, MotherOfDelivery, condition, count, latest, lesser, provision, quantity, service


@condition("有分娩记录", "a delivery is on record", of=Delivery, silent=("没有分娩记录", "no delivery on record"))
def birth_on_record(delivered):
    return delivered


@condition("本人没有就业也没有参保", "is neither working nor insured")
def unemployed_and_uninsured(employment, insurance):
    return (employment == "none") & (insurance == "none")


@condition("配偶参加职工生育保险", "the spouse is insured as an employee", of=Marriage)
def insured_spouse(insurance):
    return insurance == "employee"


@quantity("结婚的日子", "the day of the wedding", of=Marriage)
def wedding(married_on):
    return married_on


@quantity("婚姻结束的日子", "the day on which the marriage ended", of=Marriage)
def marriage_end(marriage_ended_on, death_date):
    return lesser(marriage_ended_on, death_date)


insured_spouses = count(insured_spouse, over="marriages", text=("参加生育保险的配偶", "insured spouses"))
last_wedding = latest(wedding, over="marriages", where=insured_spouse)
last_end = latest(marriage_end, over="marriages", where=insured_spouse)


@condition("分娩时配偶是参加生育保险的职工", "at the delivery the spouse was an insured employee", of=Delivery)
def spouse_is_insured(delivered_on, insured_spouses, last_wedding, last_end):
    # Of several insured spouses the first wedding is not asked: the rule sees only the last one's.
    married_by_then = (insured_spouses > 1) | (last_wedding <= delivered_on)
    return (insured_spouses >= 1) & married_by_then & (last_end > delivered_on)


@provision(
    "未就业配偶的生育医疗待遇",
    "Medical cover for an employee's unemployed wife",
    to=MotherOfDelivery,
    gives=service(per="delivery"),
    decided_on="delivered_on",
    when=[birth_on_record, unemployed_and_uninsured, spouse_is_insured],
)
def spouse_delivery_cover():
    return 1
