"""Guides for people, one file a topic and language in `docs/`: the same text stands in the repository and on the help pages."""

from functools import cache
from pathlib import Path

from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from yumiao.lib.language import language

PICTURES = "guides"  # the folder of docs/pictures among the files of the pages
DOCS = Path(__file__).resolve().parents[3] / "docs"


def topics() -> dict[str, str]:
    """Topic → title, for each guide that has the language asked for; empty where the installation carries no guides."""
    folder = DOCS / language()
    return {path.stem: _title(path) for path in sorted(folder.glob("*.md")) if path.stem != "README"}


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").lstrip("# \n").splitlines()[0]


def guide(topic: str) -> SafeString | None:
    """The guide as HTML; None where there is none. Raw HTML in a guide is shown as text, never taken."""
    return _guide(topic, language()) if topic in topics() else None


@cache
def _guide(topic: str, code: str) -> SafeString:
    from markdown_it import MarkdownIt

    raw = (DOCS / code / f"{topic}.md").read_text(encoding="utf-8")
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(raw)
    for token in (inner for block in tokens for inner in block.children or []):
        if token.type == "image":
            token.attrs["src"] = static(f"{PICTURES}/{str(token.attrs['src']).rsplit('/', 1)[-1]}")
            token.attrs["loading"] = "lazy"
        target = str(token.attrs.get("href", ""))
        if token.type == "link_open" and "/" not in target and target.endswith(".md"):  # another guide of the same language
            token.attrs["href"] = reverse("house:guide", args=[target.removesuffix(".md")])
    made = reader.renderer.render(tokens, reader.options, {})
    return mark_safe(made)  # noqa: S308 — our own files, rendered with raw HTML switched off
