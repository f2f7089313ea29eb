"""Which people a figure is about: the prefecture or the registry, all or a sample, invented or not, in both languages."""

import pytest
from django.template import Context, Template

from yumiao.desks.house.people import described
from yumiao.lib.language import speaking


@pytest.mark.parametrize(
    ("given", "zh", "en", "whole"),
    [
        (
            {"source": "synthetic", "people": 5_039_262, "scale": 1.0, "residents": 4_478_422},
            "全州（模拟，4,478,422 常住人口，均为虚构）", "The prefecture (simulated: 4,478,422 residents, all invented)", True,
        ),
        (
            {"source": "synthetic", "people": 5_039_262},
            "全州（模拟，5,039,262 人，均为虚构）", "The prefecture (simulated: 5,039,262 people, all invented)", True,
        ),
        (
            {"source": "synthetic", "people": 101_448, "scale": 0.02},
            "全州的 2% 样本（模拟，101,448 人，均为虚构）",
            "A 2% sample of the prefecture (simulated: 101,448 people, all invented)", False,
        ),
        (
            {"source": "registry", "people": 44_812, "scale": 0.01, "invented": True},
            "登记库（1% 样本，44,812 人，均为虚构）", "The registry (a 1% sample, 44,812 people, all invented)", False,
        ),
        ({"source": "", "people": 3}, "登记库（3 人）", "The registry (3 people)", True),
    ],
)  # fmt: skip
def test_people_in_words(given, zh, en, whole):
    for code, said in (("zh", zh), ("en", en)):
        with speaking(code):
            one = described(**given)
            assert str(one) == said and one.whole == whole


def test_the_component_marks_a_sample_and_escapes():
    shown = Template("{% load house %}{% people which %}")
    sample = shown.render(Context({"which": described("registry", 5, scale=0.01)}))
    assert "ym-people--part" in sample and "登记库" in sample and "<svg" in sample
    assert "ym-people--part" not in shown.render(Context({"which": described("synthetic", 5)}))
    assert shown.render(Context({"which": None})) == ""
