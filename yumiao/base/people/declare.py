"""Groups of facts that the registry keeps a history of, and whose word counts where departments differ."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Group:
    """事实组 · group: the facts that change together and come from one hand.

    `clear` are columns, `sealed` the facts of class 3 in the cell. `keys`: with none, a person has one state at a time; else one for each
    value of these columns. `many`: rows stand side by side and none is the successor of another.
    """

    clear: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    many: bool = False
    precedence: tuple[str, ...] = ()


_g = Group
GROUPS: dict[str, Group] = {
    "identifier": _g(clear=("kind", "issuer", "value", "index"), sealed=("number",), many=True, precedence=("police",)),
    "name": _g(clear=("kind", "text", "pinyin"), keys=("kind",), precedence=("police", "health")),
    "birth": _g(clear=("sex", "birth_date", "birth_order", "only_child", "children_complete"), precedence=("health", "police")),
    "event": _g(clear=("kind", "on", "unknown"), keys=("kind",), precedence=("health", "civil", "police")),
    "hukou": _g(clear=("area", "kind", "first_area"), precedence=("police",)),
    "residence": _g(clear=("area",), sealed=("address",), precedence=("police",)),
    "membership": _g(clear=("family",), precedence=("police",)),
    "relation": _g(clear=("kind", "other", "end_unknown"), many=True, precedence=("civil", "health", "police")),
    "work": _g(
        clear=("employment", "insurance", "provident_fund"),
        sealed=("monthly_wage", "employer_average_wage"),
        precedence=("social", "insurance"),
    ),
    "home": _g(clear=("owns_home", "rents_home"), sealed=("monthly_rent",)),
    "need": _g(
        clear=("recognised_edge", "housing_hardship"),
        sealed=("low_income", "self_caring", "hospital_burden_heavy", "pregnant_since", "pregnant_since_unknown"),
        precedence=("civil", "health"),
    ),
    "delivery": _g(
        clear=("father", "on", "babies", "children", "leave_from", "leave_from_unknown"), sealed=("difficult", "weeks", "outcome"),
        many=True, precedence=("health",),
    ),
    "stay": _g(sealed=("from", "to", "to_unknown"), many=True, precedence=("insurance",)),
    "certificate": _g(sealed=("kind", "issued", "level"), many=True, precedence=("civil",)),
    "contact": _g(clear=("index",), sealed=("phone",), many=True),
    "same": _g(clear=("other",)),
}  # fmt: skip
"""Every group by its name; the table of that name in `models.STATES` has these columns."""

REGISTER = "registry"
"""Who says what the registry itself concludes: families, and who is one person."""
SINGLE_RELATIONS = ("mother", "father")
OFFICIAL, STATED, INVENTED = "official", "stated", "invented"
TRUST = (OFFICIAL, STATED, INVENTED)
"""How far a source is to be trusted: a department's record, what somebody said, made up for the demonstration."""

SYNTHETIC, RESIDENT, CERTIFICATE, PASSPORT, PERMIT = "synthetic", "resident", "birth_certificate", "passport", "residence_permit"
OPEN_KINDS = frozenset({SYNTHETIC})
"""Kinds of identifiers that say nothing about anybody and stand in the clear."""
