"""Where a rule stands: the tables of facts, how their rows belong together, and who a provision can be for.

Person is a listed person. The other scopes are rows *about* a person, so that a rule written for persons can be used there too:
a Delivery about the parent asking, a Stay about the patient, a Certificate about its holder, a Marriage about the spouse.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """One table. `about` names the column that leads to a person (empty for persons themselves)."""

    name: str
    table: str
    about: str = ""

    def __reduce__(self) -> tuple[object, ...]:
        return _called, (self.name,)  # there is one of each in every process


Person = Scope("person", "persons")
Delivery = Scope("delivery", "deliveries", about="parent")
Stay = Scope("stay", "hospital_stays", about="person")
Certificate = Scope("certificate", "certificates", about="person")
Marriage = Scope("marriage", "marriages", about="spouse")
SCOPES = {s.name: s for s in (Person, Delivery, Stay, Certificate, Marriage)}


def _called(name: str) -> Scope:
    return SCOPES[name]


@dataclass(frozen=True)
class Relation:
    """From a person to the rows that a count, a sum or an "any" goes over. `kin` reaches beyond the family."""

    name: str
    to: Scope
    title: str
    kin: bool = False


RELATIONS = {
    r.name: r
    for r in (
        Relation("own_children", Person, "自己的子女（名为其母或其父的人）", kin=True),
        Relation("parents", Person, "自己的父母", kin=True),
        Relation("marriages", Marriage, "自己的婚姻（另一方为对象）", kin=True),
        Relation("deliveries", Delivery, "自己作为母亲的分娩"),
        Relation("stays", Stay, "自己的住院"),
        Relation("certificates", Certificate, "自己名下的证件"),
    )
}


@dataclass(frozen=True)
class Recipient:
    """Who a provision is for, and so which rows always exist, "no" included."""

    name: str
    scope: Scope
    title: str


Child = Recipient("child", Person, "子女：写明了母亲或父亲的人")
Parent = Recipient("parent", Person, "父母：被写作母亲、父亲，或出现在一次分娩里的人")
Mother = Recipient("mother", Person, "母亲（父亲一行总是否），以及有怀孕记录的人")
Head = Recipient("head", Person, "一家之中的母亲；没有列出母亲的，或母亲已经去世的，为父亲")
Anyone = Recipient("anyone", Person, "列出的每个人")
MotherOfDelivery = Recipient("mother_of_delivery", Delivery, "母亲，每次分娩一行")
FatherOfDelivery = Recipient("father_of_delivery", Delivery, "父亲，每次分娩一行")
