"""Writes docs/facts.md from the plans' vocabulary of facts: run after changing a facts.yaml. A test holds the page and the files equal."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from yumiao.lib.yamlfile import read  # noqa: E402

TABLES = {"person": "persons", "delivery": "deliveries", "stay": "hospital_stays", "certificate": "certificates", "marriage": "marriages"}
HEAD = """# Facts

What can be said about a family. A **fact** that is absent or null is unknown, never "no". An **event** that is absent has not
happened, as far as is on record; the text `"unknown"` says that it is not known. Dates are ISO, money is in yuan, areas are codes of
6, 9 or 12 digits. An unlisted key is refused by name.

Beside these a person has `id`, `mother`, `father` and `children_complete` (true: all the children of this mother are listed); a
delivery names `mother`, `father` and `children`; a marriage `a` and `b`; a stay and a certificate the `person`. `on` is the day that
is asked about.

This page is written by `tools/facts.py` from the plans' `common/facts.yaml`.
"""


def page() -> str:
    """The text of docs/facts.md."""
    out = [HEAD]
    files = sorted(
        ROOT.glob("yumiao_plans/*/common/facts.yaml"), key=lambda path: ["china", "yunnan", "honghe"].index(path.parent.parent.name)
    )
    tables: dict[str, list[str]] = {}
    for file in files:
        for table, facts in read(file).items():
            for name, about in facts.items():
                choices = " · ".join(f"`{key}` {text['zh']}" for key, text in (about.get("choices") or {}).items())
                kind = "event (date)" if about["type"] == "event" else about["type"].replace("_", " ")
                tables.setdefault(table, []).append(
                    f"| `{about.get('key', name)}` | {kind} | {about['title']['zh']} · {about['title']['en']} "
                    f"| {about['ask']['zh']} | {choices} |"
                )
    for table, rows in tables.items():
        out.append(
            f"## {TABLES.get(table, table)}\n\n| key | kind | | question | choices |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
        )
    return "\n".join(out)


if __name__ == "__main__":
    (ROOT / "docs/facts.md").write_text(page())
