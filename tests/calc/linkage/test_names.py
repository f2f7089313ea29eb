"""Names of one person are alike, names of two are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumiao.calc.linkage.names import EQUAL, NEAR, NONE, SOUND, alike, is_unnamed, keys

CASES = [
    ("杨昊磊", "楊昊磊", EQUAL),
    ("李峰萍", "李峯萍", EQUAL),
    ("阿努·约努", "阿努．约努", EQUAL),
    ("阿努·约努", "阿努约努", EQUAL),
    ("曹红", "曹烘", SOUND),
    ("王睿铭", "王睿明", SOUND),
    ("李哲瑶", "李喆瑶", SOUND),
    ("潘诺然", "潘诺铭", NEAR),
    ("沈静生", "沈静?", NEAR),
    ("依牛·娘呷", "依牛?娘呷", NEAR),
    ("丁轩博", "丁宇志", NONE),
    ("李梅", "王强", NONE),
    ("李", "王", NONE),
    ("李小明", "王大强", NONE),
]


@pytest.mark.parametrize(("one", "other", "how"), CASES)
def test_how_alike_names_are(one, other, how):
    known = keys([one, other])
    assert alike(known[one], known[other]) == alike(known[other], known[one]) == how


@given(st.lists(st.text(st.sampled_from("李王张明敏铭红烘·?楊杨A "), min_size=1, max_size=5), max_size=6))
def test_likeness_goes_both_ways(names):
    known = keys(names)
    for one in known:
        assert alike(known[one], known[one]) == EQUAL
        for other in known:
            assert alike(known[one], known[other]) == alike(known[other], known[one])


@pytest.mark.parametrize("name", [None, "", "李梅之子", "叶博国之女", "未取名", "李梅婴"])
def test_newborns_without_a_name(name):
    assert is_unnamed(name)


def test_a_name_is_a_name():
    assert not is_unnamed("李子女") and not is_unnamed("李梅")
