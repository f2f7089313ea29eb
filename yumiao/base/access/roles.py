"""The machine's own roles. Rooms add theirs in `roles.yaml`, which come with the engines that need them."""

from .declare import Actor, FieldClass, Purpose, Reach, Role


def _role(code: str, zh: str, en: str, purposes: set[Purpose], sees: FieldClass, reach: Reach, verbs: set[str] = frozenset()) -> Role:  # type: ignore[assignment]
    return Role(code=code, title={"zh": zh, "en": en}, purposes=frozenset(purposes), sees=sees, reach=reach, verbs=frozenset(verbs))


_P, _C, _R = Purpose, FieldClass, Reach
_ITSELF = {"people.*", "access.*", "demo.*", "rights.*", "population.*", "exchange.*", "subscriptions.*"}
_ASKS = {"rights.reckon", "rights.compare", "jobs.cancel"}
_FEEDS = {"exchange.receive", "exchange.revoke", "exchange.judge", "exchange.work_off"}
_REVIEWS = {"exchange.judge", "exchange.work_off", "exchange.sample", "exchange.close"}
ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        _role("public", "公众", "Public", set(), _C.OPEN, _R.NONE),
        _role("parent", "家长", "Parent", {_P.OWN_AFFAIRS}, _C.SENSITIVE, _R.NONE),
        _role("village_worker", "村级工作人员", "Village worker", {_P.CARE, _P.MATTER}, _C.PERSONAL, _R.AREA),
        _role("county_approver", "县级审批人", "County approver", {_P.MATTER, _P.ENTITLEMENT}, _C.SENSITIVE, _R.AREA, _ASKS | _FEEDS),
        _role(
            "prefecture_reviewer", "州级复核人", "Prefecture reviewer", {_P.MATTER, _P.ENTITLEMENT}, _C.SENSITIVE, _R.EVERYWHERE, _REVIEWS
        ),
        _role("finance", "财政经办", "Finance", {_P.PAYMENT}, _C.SENSITIVE, _R.AREA, _ASKS),
        _role(
            "other_system", "对接系统", "Another system", {_P.MATTER, _P.ENTITLEMENT, _P.CARE}, _C.PERSONAL, _R.AREA, {"subscriptions.*"}
        ),
        _role("leader", "州领导", "Prefecture leader", {_P.STATISTICS}, _C.OPEN, _R.EVERYWHERE, _ASKS),
        _role(
            "operator",
            "系统管理员",
            "Operator",
            {_P.OPERATION},
            _C.PERSONAL,
            _R.EVERYWHERE,
            {
                "people.*",
                "access.*",
                "documents.*",
                "events.*",
                "jobs.*",
                "demo.*",
                "rights.*",
                "population.*",
                "exchange.*",
                "subscriptions.*",
            },
        ),
        _role("system", "系统", "System", set(), _C.OPEN, _R.NONE, _ITSELF),
    )
}
PUBLIC = Actor(who="public", roles=(ROLES["public"],))
SYSTEM = Actor(who="system", roles=(ROLES["system"],))
