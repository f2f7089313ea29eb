"""A question being composed: the reform as its text says it, changed by one command of the form at a time. Nothing is kept: it travels in
the address and in the form."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from yumiao.calc.provisions.rewrite import LONGEST, NAME, body_of, canonical, packed, unpacked
from yumiao.calc.provisions.whatif.reform import Reform, make_reform
from yumiao.desks.house import law
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import pick, say
from yumiao.lib.yamlfile import Mapping, write

from . import added, typed
from .typed import Wrong

YEARS = "2023-2030"
FIRST, LAST = 2016, 2040
PARTS = ("parameters", "readings", "dates", "provisions")
LINK = 3000  # characters of a reform in an address; a longer one travels in the form only


@dataclass
class Draft:
    """The reform so far (`text` as it is always written), the years, what is wrong with it by field, and what was typed and not taken."""

    text: str = ""
    years: str = YEARS
    wrong: Wrong = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    done: str = ""

    @property
    def link(self) -> str:
        """The reform as an address carries it; empty for none, or where it is too long."""
        made = packed(self.text) if self.text else ""
        return made if len(made) <= LINK else ""

    @property
    def carried(self) -> str:
        """The reform as the form carries it."""
        return packed(self.text) if self.text else ""

    @property
    def body(self) -> Mapping:
        """What the text says."""
        return body_of(self.text)

    def reform(self) -> Reform | None:
        """The reform; None while nothing is changed. Raises BadInput."""
        body = self.body
        if not any(body.get(part) for part in PARTS):
            return None
        return make_reform(law.plan(), body, added.PATH)


def samples() -> list[tuple[str, str]]:
    """The plan's samples of reforms: title, and the reform as an address carries it."""
    out = []
    for file in sorted((law.plan().path / "reforms").glob("*.yaml")):
        body = body_of(file.read_text("utf-8"))
        out.append((pick(body.get("title")) or file.stem, packed(write(canonical(law.plan(), body)))))
    return out


def of(sent: QueryDict) -> Draft:
    """The question that an address or a form carries. What cannot be read is said in `wrong`."""
    out = Draft(years=sent.get("years", "").strip()[:20] or YEARS)
    try:
        link = sent.get("reform", "")
        out.text = unpacked(link) if link else ""
        out.reform()
    except BadInput as error:
        out.wrong["yaml"] = [str(one) for one in error.troubles]
        out.typed["yaml"], out.text = out.text, ""
    try:
        years(out.years)
    except BadInput as error:
        out.wrong["years"] = [say(*one.found) for one in error.troubles]
    return out


def years(text: str) -> list[int]:
    """2023-2030, or one year. Raises BadInput."""
    first, _, last = text.replace("—", "-").replace("–", "-").partition("-")
    if all(part.isascii() and part.isdigit() and len(part) == 4 for part in (first, last or first)):
        a, b = int(first), int(last or first)
        if FIRST <= a <= b <= LAST:
            return list(range(a, b + 1))
    raise BadInput(
        Trouble(
            "years",
            "years",
            (f"写成 {YEARS}，在 {FIRST} 至 {LAST} 之间", f"write it as {YEARS}, from {FIRST} to {LAST}"),
        )
    )


def run(draft: Draft, command: str, sent: QueryDict) -> Draft:
    """The draft after one command of the form; with what is wrong by field where it could not be taken."""
    do = COMMANDS.get(command)
    if do is None:
        raise BadInput(Trouble("command", "do", (f"没有“{command[:40]}”这一步", f"there is no step {command[:40]!r}")))
    draft.wrong.pop("yaml", None)
    body = _plain(draft.body)
    wrong: Wrong = {}
    text = do(body, sent, wrong)
    if not wrong:
        try:
            draft.text = _written(body) if text is None else _written(_plain(body_of(text)))
        except BadInput as error:
            wrong[FIELD.get(command, "yaml")] = [str(one) for one in error.troubles]
    if wrong:
        draft.wrong |= wrong
        draft.typed |= {name: value for name, value in texts(sent).items() if name not in ("reform", "years")}
        if text is not None:
            draft.typed["yaml"] = text[:LONGEST]
    draft.done = "" if wrong else command
    return draft


def texts(sent: QueryDict) -> dict[str, str]:
    """The fields of a form, the last of each name."""
    return {name: sent.get(name, "") for name in sent}


def _written(body: dict[str, Any]) -> str:
    """The text of a reform as it is always written, held to the laws of the plan. Raises BadInput."""
    body = {key: value for key, value in body.items() if value not in (None, {}, "")}
    if any(body.get(part) for part in PARTS):
        make_reform(law.plan(), body_of(write(body)), added.PATH)
        return write(canonical(law.plan(), body))
    return write(body) if body else ""


def _plain(value: Any) -> Any:
    return {key: _plain(one) for key, one in value.items()} if isinstance(value, dict) else value


def _figure(body: dict[str, Any], sent: QueryDict, wrong: Wrong) -> None:
    one = law.plan().parameters.get(sent.get("key", ""))
    if one is None:
        wrong["q"] = [say("没有这个数", "there is no such figure")]
        return
    since = typed.day(sent.get("since", ""), "since", wrong)
    value = typed.figure(one, texts(sent), wrong)
    if not wrong and since is not None:
        body.setdefault("parameters", {})[one.key] = {since: value}


def _reading(body: dict[str, Any], sent: QueryDict, wrong: Wrong) -> None:
    one = law.plan().readings.get(sent.get("id", ""))
    options = {("yes" if key else "no") if isinstance(key, bool) else str(key): key for key in one.options} if one else {}
    choice = sent.get("choice", "")
    if one is None or choice not in options:
        wrong["choice"] = [say("请选一个", "choose one")]
        return
    body.setdefault("readings", {})[one.id] = options[choice]


def _dates(body: dict[str, Any], sent: QueryDict, wrong: Wrong) -> None:
    """First and last day of a right, era by era; an empty last day leaves it open."""
    code = sent.get("code", "")
    eras = law.plan().eras.get(code, []) if code in law.plan().provisions else []
    if not eras:
        wrong["q"] = [say("没有这一项", "there is no such right")]
        return
    out = {}
    for at, era in enumerate(eras):
        since = typed.day(sent.get(f"from-{at}", ""), f"from-{at}", wrong)
        text = sent.get(f"until-{at}", "").strip()
        out[era.name] = {"from": since, "until": typed.day(text, f"until-{at}", wrong) if text else None}
    if not wrong:
        body.setdefault("dates", {})[code] = out if len(out) > 1 else next(iter(out.values()))


def _drop(part: str) -> Callable[[dict[str, Any], QueryDict, Wrong], None]:
    def drop(body: dict[str, Any], sent: QueryDict, wrong: Wrong) -> None:
        body.get(part, {}).pop(sent.get("key", ""), None)

    return drop


def _title(body: dict[str, Any], sent: QueryDict, wrong: Wrong) -> None:
    title = " ".join(sent.get("title", "").split())[:200]
    if title != pick(body.get("title")):
        body.pop("title", None)
        if title:
            body["title"] = {"zh": title, "en": title}
    if sent.get("times", "").strip():
        times = typed.number(sent.get("times", ""), "times", wrong)
        rates = {key: value for key, value in (body.pop("fertility", None) or {}).items() if key != "times"}
        if times is not None and (times != 1 or rates):
            body["fertility"] = {**rates, **({"times": times} if times != 1 else {})}


def _text(body: dict[str, Any], sent: QueryDict, wrong: Wrong) -> str:
    return sent.get("yaml", "").replace("\r\n", "\n")


COMMANDS: dict[str, Callable[[dict[str, Any], QueryDict, Wrong], str | None]] = {
    "figure": _figure, "reading": _reading, "provision": added.add, "drop-figure": _drop("parameters"), "drop-reading": _drop("readings"),
    "drop-provision": _drop("provisions"), "dates": _dates, "drop-dates": _drop("dates"), "title": _title, "yaml": _text,
}  # fmt: skip
FIELD = {"figure": "value", "reading": "choice", "provision": "code", "dates": "dates"}
__all__ = ["NAME", "Draft", "of", "run", "years"]
