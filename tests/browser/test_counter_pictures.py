"""The pictures of the guides for the counter: a registry filled from departments' files, and a clerk of Mengzi at work on it.

`make docs` takes them from a larger invented prefecture; otherwise they are taken aside, from a few hundred people."""

import datetime as dt
import os

import pytest
from django.db.models import Count
from django.test import override_settings

from tests.browser.test_registry import WIDER, become
from tests.calc.feeds.files import book, number, text
from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.declare import INVENTED
from yumiao.base.people.models import Person
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.config import demonstration
from yumiao.config.characters import CAST
from yumiao.config.sentfiles import fill
from yumiao.engines.exchange import service
from yumiao.engines.exchange.models import Mention, Pair

pytestmark = [pytest.mark.pictures, pytest.mark.django_db(transaction=True)]
ON, BEFORE = dt.date(2025, 10, 20), dt.date(2025, 9, 26)
SIZE = 0.002 if os.environ.get("YUMIAO_PICTURES") == "1" else 0.0001
HEAD = ["公民身份号码", "姓名", "性别", "出生日期", "民族", "户籍地址"]
PLACE = "云南省红河哈尼族彝族自治州蒙自市文澜街道鸿雁社区{}组1号"
TWICE = [[number("19900101", n), "李梅", "女", "1990-01-01", "哈尼族", PLACE.format(1)] for n in (2, 204)]
BORN = [
    ["出生医学证明编号", "新生儿姓名", "新生儿性别", "新生儿出生日期", "母亲姓名", "母亲公民身份号码"],
    *([f"R53000000{n}", name, "女", f"2024-03-0{n}", "李梅", TWICE[0][0]] for n, name in ((1, "李小苗"), (2, "李梅之女"))),
]
DIRTY = [
    ["蒙自市户籍人口补报表"],
    ["填报单位：蒙自市公安局"],
    HEAD,
    [532503199102030000.0, "张 三", "男", "1991年2月30日", "汉族", PLACE.format(3)],
    [number("19850505", 7), "李四（已婚）", "男", "85.5.5", "彝族", PLACE.format(4)],
    [number("19920612", 8), "普小芬", "女", "一九九二年六月十二日", "彝族", PLACE.format(5)],
    ["", "", "男", "", "", ""],
    ["合计", "", "4"],
]


@pytest.fixture
def filled(tmp_path):
    """The registry in September, closed; what came after; and the number of the clerk's batch."""
    clerk = CAST["county"].actor()
    with override_settings(DEMO=True, TODAY=BEFORE):
        demonstration.accounts()
        made = generate(read_marginals("honghe").scaled(SIZE), seed=5, on=ON, identities=True, named=True)
        fill(made=made, folder=tmp_path, seed=5, share=0.01, department="synthetic", reference="pictures", tell=lambda text: None)
    with override_settings(DEMO=True, TODAY=ON):
        service.close(by=SYSTEM, month=BEFORE.replace(day=1))
        late = [text(tmp_path / "户籍人口-迟到.csv", [HEAD, *TWICE])]
        service.load(by=SYSTEM, department="police", files=late, plan="honghe", today=BEFORE, trust=INVENTED)
        service.load(by=SYSTEM, department="health", files=[text(tmp_path / "出生.csv", BORN)], plan="honghe", today=ON, trust=INVENTED)
        came = service.receive(
            by=clerk, department="police", files=[book(tmp_path / "户籍人口补报.xlsx", {"人口": DIRTY})], plan="honghe", today=ON,
            purpose="matter", trust=INVENTED,
        )  # fmt: skip
        service.take(by=SYSTEM, batches=[came.batch])
        yield came.batch


def somebody() -> int:
    """The person whose page is shown: grown up, of Mengzi, with as many rows of files as anybody."""
    of = Person.objects.filter(listed=True, merged_into=None, hukou_area__startswith="532503", birth_date__lt="1985-01-01", sex="M")
    rows = Mention.objects.filter(person__in=of).values_list("person").annotate(many=Count("pk")).order_by("-many", "person")
    return rows[0][0] if rows else Person.objects.filter(name="普小芬").get().pk


def test_the_counter(live_server, open_page, picture, filled):
    page = open_page(1280, 1000)
    become(page, live_server, "county", "zh")

    def show(address: str, name: str, height: int = 1000) -> None:
        page.set_viewport_size({"width": 1280, "height": height})
        page.goto(f"{live_server.url}/counter/{address}")
        assert page.locator(".ym-notice").is_visible(), "that everybody is invented stands on the picture"
        assert page.evaluate(WIDER) <= 0, address
        picture(page, name)

    pair = Pair.objects.filter(county__startswith="532503", state="open", reason="two_numbers").order_by("-pk").first()
    show("feeds/", "feeds", 1200)
    show(f"feeds/{filled}/", "batch", 1400)
    show(f"linking/{pair.pk}/?for=matter", "pair")
    show("linking/births/?for=matter", "births", 800)
    assert page.locator("form[action$='/births/']").count()
    show(f"people/{somebody()}/?for=matter", "person", 1200)
    show("quality/?month=2025-09", "quality", 1200)
    assert page.locator("small.ym-warm").count(), "a figure that was restated"
