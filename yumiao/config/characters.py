"""The cast of the demonstration: invented people whose place a visitor takes. No log-in, so only where the demonstration is on."""

from dataclasses import dataclass, field

from django.core import signing
from django.http import HttpRequest

from yumiao.base.access.declare import Actor
from yumiao.base.access.roles import ROLES

COOKIE = "ym_role"
SALT = "yumiao.demonstration.character"


@dataclass(frozen=True)
class Character:
    """角色 · one of the cast: code, name, what they are, role, area. `username` is their account in the demonstration's database."""

    code: str
    names: dict[str, str] = field(hash=False)
    titles: dict[str, str] = field(hash=False)
    role: str
    area: str | None = None

    @property
    def username(self) -> str:
        """The account's name."""
        return f"demo-{self.code}"

    def actor(self) -> Actor:
        """As whom they act."""
        return Actor(who=self.username, roles=(ROLES[self.role],), area=self.area)


CAST: dict[str, Character] = {
    one.code: one
    for one in (
        Character("mother", {"zh": "普雪梅", "en": "Pu Xuemei"}, {"zh": "蒙自的母亲", "en": "Mother in Mengzi"}, "parent"),
        Character(
            "village",
            {"zh": "李者福", "en": "Li Zhefu"},
            {"zh": "元阳的村级工作人员", "en": "Village worker in Yuanyang"},
            "village_worker",
            "532528",
        ),
        Character(
            "county", {"zh": "马文静", "en": "Ma Wenjing"}, {"zh": "县级审批人", "en": "County approver"}, "county_approver", "532503"
        ),
        Character(
            "review", {"zh": "王丽华", "en": "Wang Lihua"}, {"zh": "县级复核人", "en": "County reviewer"}, "county_approver", "532503"
        ),
        Character(
            "prefecture",
            {"zh": "李国芳", "en": "Li Guofang"},
            {"zh": "州级复核人", "en": "Prefecture reviewer"},
            "prefecture_reviewer",
        ),
        Character("finance", {"zh": "杨建国", "en": "Yang Jianguo"}, {"zh": "财政经办", "en": "Finance officer"}, "finance", "532503"),
        Character("leader", {"zh": "白云山", "en": "Bai Yunshan"}, {"zh": "州领导", "en": "Prefecture leader"}, "leader"),
        Character("public", {"zh": "公众", "en": "Public"}, {"zh": "任何人", "en": "Anybody"}, "public"),
        Character("operator", {"zh": "系统管理员", "en": "Operator"}, {"zh": "系统管理员", "en": "Operator"}, "operator"),
    )
}
SWITCH = tuple(code for code in CAST if code != "operator")


def chosen(request: HttpRequest) -> Character | None:
    """Whom the visitor chose; None for nobody or a cookie that was not signed here."""
    try:
        code = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return None
    return CAST.get(code) if isinstance(code, str) and code in SWITCH else None


def signed(code: str) -> str:
    """The cookie's value."""
    return signing.dumps(code, salt=SALT)
