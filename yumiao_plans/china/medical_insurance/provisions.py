"""社会保险法 第五十四条 · An insured man's wife who is not working has her medical costs of birth covered (no allowance)."""

from yumiao.calc.provisions import Delivery, Marriage, MotherOfDelivery, any_of, condition, provision, service


@condition("有分娩记录", "a delivery is on record", of=Delivery, silent=("没有分娩记录", "no delivery on record"))
def birth_on_record(delivered):
    return delivered


@condition("本人没有就业也没有参保", "is neither working nor insured")
def unemployed_and_uninsured(employment, insurance):
    return (employment == "none") & (insurance == "none")


@condition("配偶参加职工生育保险", "the spouse is insured as an employee", of=Marriage)
def insured_spouse(married_now, insurance):
    return married_now & (insurance == "employee")


spouse_is_insured = any_of(insured_spouse, over="marriages", text=("配偶是参加生育保险的职工", "the spouse is an insured employee"))


@provision(
    "未就业配偶的生育医疗待遇", "Medical cover for an employee's unemployed wife", to=MotherOfDelivery, gives=service(per="delivery"),
    decided_on="delivered_on", when=[birth_on_record, unemployed_and_uninsured, spouse_is_insured],
)  # fmt: skip
def spouse_delivery_cover():
    return 1
