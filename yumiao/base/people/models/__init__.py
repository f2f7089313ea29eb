"""Tables: accounts; persons with their current state; and the history, one row for each state that was ever on record."""

from .account import Account, Binding
from .person import Person, Source
from .states import (
    BirthFact,
    CertificateHeld,
    Contact,
    DeliveryOfMother,
    Home,
    Hukou,
    Identifier,
    LifeEvent,
    Membership,
    NameBorne,
    Need,
    Relation,
    Residence,
    SamePerson,
    State,
    StayInHospital,
    Work,
)

STATES: dict[str, type[State]] = {
    "identifier": Identifier, "name": NameBorne, "birth": BirthFact, "event": LifeEvent, "hukou": Hukou, "residence": Residence,
    "membership": Membership, "relation": Relation, "work": Work, "home": Home, "need": Need, "delivery": DeliveryOfMother,
    "stay": StayInHospital, "certificate": CertificateHeld, "contact": Contact, "same": SamePerson,
}  # fmt: skip
"""The history by the name of its group; see `declare.GROUPS`."""

__all__ = ["STATES", "Account", "Binding", "Person", "Source", "State", *(one.__name__ for one in STATES.values())]
