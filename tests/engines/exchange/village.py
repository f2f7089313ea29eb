"""What departments say of three families, with the dirt that comes with it; a pair of twins in the first, one of them not named at birth.

Rows are drawn by Hypothesis: of whom, from whom, spoilt how. All of a person's rows say who it is in their own way, so that which rows are
of one person is known beforehand only for those with a good number or certificate.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

from yumiao.lib.identity import check_sign

POLICE = ["公民身份号码", "姓名", "性别", "出生日期", "户籍地址", "户号", "与户主关系", "落户日期", "母亲公民身份号码", "出生医学证明编号"]
MOVES = ["公民身份号码", "姓名", "性别", "出生日期", "迁移日期", "迁出地址", "迁入地址"]
BIRTHS = ["出生医学证明编号", "新生儿姓名", "新生儿性别", "新生儿出生日期", "胎次序", "母亲姓名", "母亲公民身份号码"]
BIRTHS += ["父亲姓名", "父亲公民身份号码", "联系电话"]
INSURED = ["姓名", "身份证号", "性别", "出生日期", "险种", "联系电话", "地址", "参保日期"]
MARRIED = ["男方姓名", "男方公民身份号码", "女方姓名", "女方公民身份号码", "结婚登记日期"]
HEADS = {"people": POLICE, "moves": MOVES, "births": BIRTHS, "insured": INSURED, "married": MARRIED}
SENDERS = {"people": "police", "moves": "police", "births": "health", "insured": "insurance", "married": "civil"}
SURNAMES, GIVEN = "李王张赵陈杨", ["梅", "强", "兰", "刚", "静", "波"]
PLACE = "云南省红河哈尼族彝族自治州个旧市宝华街道青杉里社区{}组1号"
ELSEWHERE = "云南省红河哈尼族彝族自治州蒙自市文澜街道红星社区2组3号"
DIRT = ("clean", "clean", "no_number", "wrong_digit", "other_name", "short_date")


@dataclass(frozen=True)
class Somebody:
    """Who it is: number, name, sex, day of birth; of children their certificate and place among the twins."""

    number: str
    name: str
    sex: str
    born: str
    certificate: str = ""
    order: str = ""


def _number(born: str, sequence: int) -> str:
    body = "532501" + born.replace("-", "") + f"{sequence:03}"
    return body + check_sign(body)


@dataclass(frozen=True)
class Family:
    """The n-th family: mother, father, children."""

    n: int

    @property
    def mother(self) -> Somebody:
        born = f"199{self.n}-01-01"
        return Somebody(_number(born, 2), SURNAMES[2 * self.n] + GIVEN[2 * self.n], "女", born)

    @property
    def father(self) -> Somebody:
        born = f"198{self.n}-02-03"
        return Somebody(_number(born, 3), SURNAMES[2 * self.n + 1] + GIVEN[2 * self.n + 1], "男", born)

    @property
    def children(self) -> list[Somebody]:
        born, surname = f"202{self.n}-03-05", self.father.name[0]
        two = [Somebody(_number(born, 11), f"{surname}小天", "男", born, f"R53000{self.n}001", "1"),
               Somebody(_number(born, 13), f"{surname}小田", "男", born, f"R53000{self.n}002", "2")]  # fmt: skip
        return two if self.n == 0 else two[:1]


TWINS = Family(0).children


def spoilt(one: Somebody, dirt: str) -> Somebody:
    """How a careless office writes it."""
    number, name, born = one.number, one.name, one.born
    if dirt == "no_number":
        number = ""
    elif dirt == "wrong_digit":
        number = number[:-1] + ("1" if number[-1] != "1" else "2")
    elif dirt == "other_name":
        name = name[0] + {"小天": "小甜", "小田": "小甜"}.get(name[1:], "霞")
    elif dirt == "short_date":
        born = born[2:].replace("-", ".")
    return Somebody(number, name, one.sex, born, one.certificate, one.order)


def row_of(kind: str, n: int, at: int, dirt: str) -> list[str]:
    """One row of a kind of file about the `at`-th of the n-th family (where it is about several: the family)."""
    family = Family(n)
    people = [family.mother, family.father, *family.children]
    one = spoilt(people[at % len(people)], dirt)
    child = at % len(people) > 1
    home = PLACE.format(n + 1)
    if kind == "people":
        place = "子" if child else "妻" if one.sex == "女" else "户主"
        mother = family.mother.number if child else ""
        return [one.number, one.name, one.sex, one.born, home, f"80{n}", place, one.born if child else "", mother, ""]
    if kind == "moves":
        return [one.number, one.name, one.sex, one.born, f"202{5 - n}-0{1 + at % 4}-01", home, ELSEWHERE]
    if kind == "births":
        one = spoilt(family.children[at % len(family.children)], dirt)
        name = "" if dirt == "no_number" else one.name
        mother = "" if dirt == "wrong_digit" else family.mother.number
        return [one.certificate, name, one.sex, one.born, one.order, family.mother.name, mother, family.father.name, family.father.number,
                f"1380000000{n}"]  # fmt: skip
    if kind == "insured":
        phone = f"1380000000{n}" if dirt != "short_date" else ""
        return [one.name, one.number, one.sex, one.born, "居民医保", phone, home if at % 2 else "", ""]
    man, woman = spoilt(family.father, dirt), family.mother
    return [man.name, man.number, woman.name, woman.number, f"201{n}-05-20"]


SLOPPY = st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from(DIRT))
NOISE = st.sampled_from([None, None, None, "blank", "total", "nobody"])


@st.composite
def files(draw, kinds: tuple[str, ...] = tuple(HEADS), most: int = 5) -> tuple[str, list[list[str]]]:
    """The kind of a file and its rows, header first; sometimes with a row about nobody or one that names nobody."""
    kind = draw(st.sampled_from(kinds))
    rows = [row_of(kind, *one) for one in draw(st.lists(SLOPPY, min_size=1, max_size=most, unique=True))]
    width = len(HEADS[kind])
    noise = draw(NOISE)
    extra = {"blank": [""] * width, "total": ["合计", *[""] * (width - 1)], "nobody": [""] * (width - 1) + ["x"]}
    return kind, [HEADS[kind], *rows, *([extra[noise]] if noise else [])]
