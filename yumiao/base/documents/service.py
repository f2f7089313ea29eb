"""Official texts: the wording of a plan as an operator brings it, cut into clauses.

The product carries no wording of its own. An operator imports the text (txt, docx, or pdf with text); it is read and cut by the plan's own
numbering with `yumiao.calc.plantext`, and stored clause by clause. The latest import of a plan counts; earlier ones stay, so that nobody
can say that a page showed something else. The same text again changes nothing and leaves no second row. Pages ask `queries.clause_text`
and show nothing where nothing was imported. Whether the text agrees with the plan's figures is another question: `yumiao plan check`.
"""

import hashlib

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.calc import plantext
from yumiao.calc.plantext.readers import parse
from yumiao.lib.errors import BadInput, Trouble

from .declare import Imported, TextImported
from .models import ClauseText, OfficialText

IMPORT = "documents.import_text"


def import_text(*, by: Actor, plan: str, raw: bytes, name: str) -> Imported:
    """Stores the text of `plan` by clause. `name` with its suffix says what `raw` is.

    Raises BadInput: unreadable, or without clauses; NotAllowed."""
    pieces = plantext.clauses(parse(raw, name))
    if not any(clause.isdigit() for clause in pieces):
        raise BadInput(
            Trouble(
                "no_clauses",
                name,
                ("里面没有带编号的条款", "there is no numbered clause in it"),
                ("方案原文，条款以 1. 2. 3. 编号", "a plan's official text with clauses numbered 1. 2. 3."),
            )
        )
    digest = hashlib.sha256(raw).hexdigest()
    label = name.replace("\\", "/").rsplit("/", 1)[-1][:200]
    with deed(by=by, verb=IMPORT) as doing:
        latest = OfficialText.objects.filter(plan=plan).order_by("-pk").first()
        new = latest is None or latest.sha256 != digest
        if new:
            latest = OfficialText.objects.create(plan=plan, name=label, sha256=digest)
            ClauseText.objects.bulk_create(
                ClauseText(text=latest, clause=clause, body=body, place=place) for place, (clause, body) in enumerate(pieces.items(), 1)
            )
            doing.tell(TextImported(plan=plan, text=latest.pk))
        assert latest is not None
        doing.about("official_text", latest.pk, count=len(pieces) if new else 0, digest=digest)
    return Imported(latest.pk, tuple(pieces), new)
