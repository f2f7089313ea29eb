"""The unaltered text passes, in any form; every alteration is named, with its place."""

import re
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calc.plantext import forms
from tests.calc.plantext.altered import KINDS, alterations
from tests.calc.plantext.held import BROOKVALE, HONGHE, Held, wrong
from yumiao.lib.yamlfile import read as read_yaml

MANY = {"values": 150, "units": 40, "swaps": 10, "deletions": 20, "additions": 100, "moves": 25, "rows": 40, "numbering": 30}


def test_unaltered_text_agrees(held):
    assert wrong(held.clean) == []
    assert held.clean["summary"]["passes"]
    assert {f["status"] for f in held.clean["figures"]} <= {"agrees", "structure", "word"}
    assert all(p["status"] == "found" and p["line"] for p in held.clean["parameters"])


def test_no_digit_of_the_text_is_passed_over(held):
    """Every digit and every counted numeral of each line stands in a figure of that line."""
    shown: dict[int, str] = {}
    for figure in held.clean["figures"]:
        shown[figure["line"]] = shown.get(figure["line"], "") + figure["text"]
    for number, line in enumerate(held.text.split("\n"), 1):
        text = "".join(shown.get(n, "") for n in (number - 1, number, number + 1))
        for digits in re.findall(r"\d+", line):
            assert digits in text, (number, digits)
        for numeral in re.findall(r"[一二两三四五六七八九十]+(?=[孩项级个岁天元年])", line):
            assert numeral in text, (number, numeral)


@pytest.mark.parametrize("kind", KINDS)
def test_every_alteration_is_named(held: Held, kind):
    made = alterations(held.text, kind)
    assert len(made) >= MANY[kind]
    assert held.failures(made) == []


def test_a_sentence_without_a_figure_changes_nothing(held):
    for stop in list(re.finditer(r"[。；]", held.text))[::4]:
        text = held.text[: stop.end()] + "各级要一律照办，确保取得实效。" + held.text[stop.end() :]
        assert wrong(held.check(text)) == []


def test_the_annex_altered_as_a_whole_is_named(held):
    lines = held.text.split("\n")
    rows = [i for i, line in enumerate(lines) if re.match(r"\|\s*[一-鿿]+\s*\|\s*\d+\s*\|", line)]
    row = lines[rows[1]]
    name = row.split("|")[1].strip()
    made = {
        "row added": [*lines[: rows[1]], row.replace(name, "新县"), *lines[rows[1] :]],
        "other name": [*lines[: rows[1]], row.replace(name, "新县"), *lines[rows[1] + 1 :]],
        "cell added": [*lines[: rows[1]], row + " 33 |", *lines[rows[1] + 1 :]],
        "cell emptied": [*lines[: rows[1]], re.sub(r"\d[\d,]*", "", row, count=1), *lines[rows[1] + 1 :]],
        "note between": [*lines[: rows[1]], "另加五百个", *lines[rows[1] :]],
        "cut off": lines[: rows[0] - 4],
    }
    for what, altered in made.items():
        assert not held.check("\n".join(altered))["summary"]["passes"], what


def test_every_figure_read_in_the_text_has_its_place():
    """A parameter of Honghe that cites the plan itself and was read there says where it stands."""
    for file in sorted(HONGHE.rglob("parameters.yaml")):
        for name, figure in read_yaml(file).items():
            own = (
                isinstance(figure, dict) and figure.get("source", {}).get("document") == "红发〔2023〕5号" and figure.get("trust") == "read"
            )
            if own and "value" in figure and any(v not in (None, {}) for v in figure["value"].values()):
                assert figure.get("text"), f"{file}: {name}"


@pytest.mark.parametrize("form", [forms.joined, forms.wide, forms.paged, forms.columns, lambda t: t.replace("\n", "\r\n")])
def test_other_forms_of_the_text_agree(held, form):
    assert form(held.text) != held.text or form is forms.joined
    assert wrong(held.check(form(held.text))) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encodings_agree(held, encoding):
    assert wrong(held.check(held.text.encode(encoding))) == []


@given(seed=st.integers(0, 10**6), every=st.integers(2, 30))
def test_breaks_inside_sentences_do_not_matter(seed, every):
    held = _brookvale()
    assert wrong(held.check(forms.broken(held.text, seed, every))) == []


@given(seed=st.integers(0, 10**6))
def test_spaces_beside_digits_do_not_matter(seed):
    held = _brookvale()
    assert wrong(held.check(forms.spaced(held.text, seed))) == []


@pytest.mark.parametrize("seed", range(4))
def test_breaks_and_spaces_in_the_official_text(honghe, seed):
    assert wrong(honghe.check(forms.broken(honghe.text, seed))) == []
    assert wrong(honghe.check(forms.spaced(honghe.text, seed))) == []


def test_word_file_agrees_and_its_alterations_are_named(held):
    assert wrong(held.check(forms.word(held.text), "text.docx")) == []
    for kind in ("deletions", "swaps", "rows"):
        for one in alterations(held.text, kind)[5::60]:
            assert not held.check(forms.word(one.text), "text.docx")["summary"]["passes"], one.what


def test_pdf_agrees_and_its_alterations_are_named(held):
    if not shutil.which("fc-list") or not subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout:
        pytest.skip("no Chinese font here: a PDF cannot be set")
    result = held.check(forms.portable(held.text), "text.pdf")
    assert wrong(result) == []
    assert any(f["kind"] == "furniture" and f["status"] == "structure" for f in result["figures"])
    for one in alterations(held.text, "deletions")[5::40]:
        assert not held.check(forms.portable(one.text), "text.pdf")["summary"]["passes"], one.what


@given(
    text=st.text(st.sampled_from("一二三十百万双半孩元天年月日岁%‰个0123456789.、，。；（）()|—-+/〔〕号附件合计上溪县 \n"), max_size=300)
)
def test_no_text_breaks_the_check_or_passes(text):
    result = _brookvale().check(text + "字")
    assert not result["summary"]["passes"]


@given(cuts=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.2)), min_size=1, max_size=4))
def test_a_torn_text_passes_only_with_all_its_figures(cuts):
    held = _brookvale()
    text = held.text
    for start, share in cuts:
        at = int(start * len(text))
        text = text[:at] + text[at + int(share * len(text)) :]
    if re.sub(r"\D", "", text) != re.sub(r"\D", "", held.text):
        assert not held.check(text + "字")["summary"]["passes"]


_kept: list[Held] = []


def _brookvale() -> Held:
    if not _kept:
        _kept.append(Held((BROOKVALE / "text.txt").read_text(encoding="utf-8"), BROOKVALE))
    return _kept[0]
