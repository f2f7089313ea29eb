"""Who was taken apart by hand stays apart, whatever row comes later that would fit both."""

import pytest

from yumiao.base.access.roles import SYSTEM
from yumiao.base.people import service as people
from yumiao.base.people.queries import merged
from yumiao.engines.exchange.models import Mention, Pair

from .conftest import INSURED, POLICE
from .test_rulings import HERE, KNOWN, standing

pytestmark = pytest.mark.django_db


def test_a_row_that_fits_two_persons_taken_apart_by_hand_joins_them_no_more(load):
    phone = "13812345678"
    load("police", POLICE, [KNOWN])
    load("insurance", [*INSURED, "联系电话"], [[KNOWN[1], "", "女", "1995-05-05", "居民医保", phone]])
    assert standing() == 2
    head = ["姓名", "公民身份号码", "性别", "出生日期", "救助类别", "联系电话"]
    load("civil", head, [[KNOWN[1], KNOWN[0], "女", "1995-05-05", "城市低保", phone]])
    [absorbed] = merged()
    assert standing() == 1
    [kept] = set(Mention.objects.values_list("person", flat=True)) - {absorbed}
    people.split(by=SYSTEM, absorbed=absorbed, reference="test")
    load("civil", [*head, "地址"], [[KNOWN[1], KNOWN[0], "女", "1995-05-05", "城市低保", phone, HERE.format("锡城")]])
    assert standing() == 2 and not merged(), "a number says which of the two"
    load("civil", [*head, "地址"], [[KNOWN[1], "", "女", "1995-05-05", "城市低保", phone, ""]])
    assert standing() == 3 and not merged() and Pair.objects.filter(state=Pair.OPEN, reason="rivals").exists(), "people say which"
    people.merge(by=SYSTEM, kept=kept, absorbed=absorbed, reference="test")
    load("civil", [*head, "备注"], [[KNOWN[1], "", "女", "1995-05-05", "城市低保", phone, "x"]])
    assert standing() < 3
