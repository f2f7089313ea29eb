"""Page copy of every room: both languages say the same, each measure has its paragraph, and figures stand only as marks."""

import re

import pytest

from . import content

ROOMS = sorted(content.rooms())


@pytest.mark.parametrize("room", ROOMS)
def test_each_measure_has_its_paragraph_in_both_languages(room):
    ids = [str(one["id"]) for one in content.rooms()[room]["measures"]]
    for language in content.LANGUAGES:
        parts = content.sections(content.text(room, language))
        title, *headings = parts
        assert parts[title], "a lede stands under the title"
        assert headings[: len(ids)] == ids
        assert all(parts[heading] for heading in headings)


@pytest.mark.parametrize("room", ROOMS)
def test_the_english_page_is_the_whole_page(room):
    chinese, english = (content.sections(content.text(room, language)) for language in content.LANGUAGES)
    assert [len(paragraphs) for paragraphs in chinese.values()] == [len(paragraphs) for paragraphs in english.values()]
    chinese_marks, english_marks = (sorted(set(content.marks(content.text(room, language)))) for language in content.LANGUAGES)
    assert chinese_marks == english_marks


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("language", content.LANGUAGES)
def test_every_mark_is_a_dated_figure(room, language):
    for mark in content.marks(content.text(room, language)):
        name, _, at = mark.partition("[")
        figure = content.figures().get(content.key(room, name))
        assert figure is not None, f"{mark} is no parameter"
        value = content.last_value(figure)
        if at:
            place = int(at.rstrip("]"))
            assert place in value if isinstance(value, dict) else place < len(value), mark
        else:
            assert not isinstance(value, (dict, list)), f"{mark} is a table or a list: say which entry"


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("language", content.LANGUAGES)
def test_no_figure_is_typed_into_a_text(room, language):
    for heading, paragraphs in content.sections(content.text(room, language)).items():
        for paragraph in paragraphs:
            assert not re.search(r"[0-9０-９]", content.MARK.sub("", paragraph)), (heading, paragraph)


@pytest.mark.parametrize("room", ROOMS)
def test_english_is_english(room):
    copy = content.text(room, "en")
    assert not re.search(r"[，。；：“”]", copy)
    assert len(re.findall(r"[一-鿿]", copy)) < 12, "names only, once, explained"
