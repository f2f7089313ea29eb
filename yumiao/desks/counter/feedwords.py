"""What departments, batches, findings and pairs are called on pages."""

from yumiao.calc.feeds.contracts import DEPARTMENTS
from yumiao.calc.feeds.findings import MESSAGES
from yumiao.calc.linkage.run import REASONS
from yumiao.desks.house import law
from yumiao.engines.exchange.declare import AUDIT
from yumiao.lib.language import pick, say

from .labels import DEPARTMENTS as NAMES
from .labels import named

STATES = {
    "received": ("wait", "收到，未入库", "received"), "taken": ("on", "已入库", "taken in"),
    "revoked": ("merged", "已撤回", "taken back"), "refused": ("part", "已退回", "refused"),
}  # fmt: skip
SHARING = {"open": ("无条件共享", "open"), "conditional": ("有条件共享", "conditional"), "closed": ("不予共享", "closed")}
CYCLES = {
    "day": ("每天", "daily"), "week": ("每周", "weekly"), "month": ("每月", "monthly"), "quarter": ("每季", "quarterly"),
    "term": ("每学期", "each term"), "year": ("每年", "yearly"),
}  # fmt: skip
ABOUT = {
    "self": ("本人", "the holder"), "child": ("孩子", "the child"), "husband": ("丈夫", "the husband"), "wife": ("妻子", "the wife"),
    "mother": ("母亲", "the mother"), "father": ("父亲", "the father"), "guardian": ("监护人", "the guardian"),
}  # fmt: skip
DRAWN = ("规则认作一人，随机抽出来请人核对", "rules hold them to be one; drawn at random to be looked at")
ADVICE = {
    "rivals": (
        "这一行像两个人，那两个人又不会是同一人，常见于双胞胎。先看看父母名下都有谁，再说是不是这一个。",
        "The row fits two persons who cannot be one, often twins. See who else the parents have before you say whether it is this one.",
    ),
    "two_numbers": (
        "可能是换过号码的一个人，也可能是同名的两个人。",
        "It may be somebody who was given a second number, or two people of one name.",
    ),
    "alike": (
        "可能是写错了一点，也可能是兄弟姐妹。",
        "It may be a slip of the pen, or a brother or a sister.",
    ),
    "model": ("规则没有把握，模型说像。", "No rule is sure of it; the model finds them alike."),
    "audit": ("请当作没有认过，从头看。", "Look at them as if nothing had joined them."),
}
"""What to bear in mind with a pair that was left to people for a reason."""
VERDICTS = {
    "same": ("是同一人", "the same person"), "different": ("不是同一人", "two persons"), "unsure": ("说不准", "do not know"),
    "moot": ("不用再判", "no longer needed"), "open": ("还没有定", "open"),
}  # fmt: skip
VALUES = {
    "name": ("姓名", "Name"), "sex": ("性别", "Sex"), "birth_date": ("出生日期", "Birth date"),
    "written": ("身份号码（遮盖）", "Resident number (masked)"),
    "reason": ("号码的毛病", "What is wrong with the number"), "certificate": ("出生医学证明（遮盖）", "Birth certificate (masked)"),
    "birth_order": ("出生次序", "Birth order"), "phone": ("电话（遮盖）", "Telephone (masked)"), "address": ("地址", "Address"),
    "mother_name": ("母亲", "Mother"), "mother_number": ("母亲的号码（遮盖）", "Mother's number (masked)"),
    "father_name": ("父亲", "Father"),
    "father_number": ("父亲的号码（遮盖）", "Father's number (masked)"), "guardian_name": ("监护人", "Guardian"),
    "guardian_number": ("监护人的号码（遮盖）", "Guardian's number (masked)"),
}  # fmt: skip


def department(code: str) -> str:
    """A department as people call it."""
    return named(NAMES, code)


def departments() -> list[tuple[str, str]]:
    """All departments that send files."""
    return [(code, department(code)) for code in DEPARTMENTS]


def contract(name: str) -> str:
    """The title of a contract; its name where the plan has none of that name."""
    found = next((one for one in law.feeds().contracts if one.name == name), None)
    return pick(found.titles) if found else name


def state(code: str) -> tuple[str, str]:
    """The style and the word of a batch's state."""
    style, zh, en = STATES[code]
    return style, say(zh, en)


def finding(code: str) -> str:
    """What a finding says, with the place of what varies left open."""
    return say(*MESSAGES[code][1:]).replace("{more}", "…")


def reason(code: str) -> str:
    """Why a pair is left to people."""
    return say(*{**REASONS, AUDIT: DRAWN}.get(code, (code, code)))


def size(count: int) -> str:
    """Bytes as people say them."""
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{max(count, 1) / 1e3:,.1f} kB"
