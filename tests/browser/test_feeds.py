"""A department's file in Chromium: dropped, watched, its findings read and sent back; a pair judged with the keyboard. Both sizes."""

import datetime as dt

import pytest
from django.test import override_settings

from tests.browser.test_registry import SIZES, become, look
from tests.calc.feeds.files import number, text
from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.models import Person
from yumiao.config import demonstration
from yumiao.engines.exchange import service
from yumiao.engines.exchange.models import Pair

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ON = dt.date(2025, 10, 20)
HEAD = ["公民身份号码", "姓名", "性别", "出生日期", "民族", "户籍地址"]
PLACE = "云南省红河哈尼族彝族自治州蒙自市文澜街道{}组1号"
ROWS = [
    *([number("19900101", n), "李梅", "女", "1990-01-01", "哈尼族", PLACE.format(1)] for n in (2, 204)),
    *([number("19850505", n), "陈静", "女", "1985-05-05", "汉族", PLACE.format(7)] for n in (6, 208)),
    ["53250119900101001?", "王强", "男", "1990.2.31", "", ""],
]
BORN = [
    ["出生医学证明编号", "新生儿姓名", "新生儿性别", "新生儿出生日期", "母亲姓名", "母亲公民身份号码"],
    *([f"R53000000{n}", f"李小{name}", "女", f"2024-03-0{n}", "李梅", ROWS[0][0]] for n, name in ((1, "苗"), (2, "谷"))),
]
MOVED = [[*HEAD[:4], "迁移日期", "迁出地"], [*ROWS[0][:4], "2020-01-01", "建水县"]]
GONE = [[*HEAD[:4], "注销日期", "注销原因"], [*ROWS[1][:4], "2021-01-01", "迁出"]]
HOMES = [["户号", *HEAD[:4], "与户主关系"], ["1", *ROWS[0][:4], "户主"]]
DROP = """([name, content]) => {
    const data = new DataTransfer();
    data.items.add(new File([content], name, {type: 'text/csv'}));
    const area = document.querySelector('[data-drop]');
    const how = {dataTransfer: data, bubbles: true, cancelable: true};
    for (const kind of ['dragenter', 'dragover', 'drop']) area.dispatchEvent(new DragEvent(kind, how));
}"""


@pytest.fixture
def demo():
    with override_settings(DEMO=True, TODAY=ON):
        demonstration.accounts()
        yield


def test_a_file_and_a_pair(live_server, open_page, axe, demo, worker, tmp_path):
    content = text(tmp_path / "户籍人口.csv", [HEAD, *ROWS]).read_text("utf-8")
    page = open_page(*SIZES[0])
    become(page, live_server, "county", "zh")
    page.locator("a[href='/counter/feeds/']").click()
    page.wait_for_url("**/counter/feeds/")
    look(page, axe)
    page.locator("#i-department").select_option("police")
    page.locator("input[value=matter]").check()
    page.evaluate(DROP, ["户籍人口.csv", content])
    assert "户籍人口.csv" in page.locator("[data-chosen]").inner_text()
    page.locator("#send button").click()
    page.wait_for_url("**/counter/feeds/*/")
    at = page.url
    assert page.locator("#progress").count() == 1
    look(page, axe)
    worker()
    page.locator("#h-sheets").wait_for(timeout=60_000)  # the page asks for itself again when the job is over
    look(page, axe)
    assert page.locator("tfoot td").first.inner_text() == "6"
    with page.expect_download() as got:
        page.locator("a[href$='to-mend.xlsx']").click()
    assert got.value.suggested_filename.startswith("to-mend-")
    more = {"户口迁移": MOVED, "户口注销": GONE, "户籍家庭": HOMES}  # many kinds in a batch: a long name in the list
    files = [text(tmp_path / f"{name}.csv", rows) for name, rows in more.items()]
    service.load(by=SYSTEM, department="police", files=files, plan="honghe", today=ON)
    phone = open_page(*SIZES[1])
    become(phone, live_server, "county", "en")
    for address in (at, f"{live_server.url}/counter/feeds/", f"{at}revoke/", f"{live_server.url}/counter/feeds/contracts/"):
        phone.goto(address)
        for fold in phone.locator("details.ym-fold summary").all()[:2]:
            fold.click()
        look(phone, axe)
    service.load(by=SYSTEM, department="health", files=[text(tmp_path / "出生医学证明.csv", BORN)], plan="honghe", today=ON)
    Pair.objects.update(money=False)
    for one, key, verdict in ((page, "s", "same"), (phone, "d", "different")):
        one.goto(f"{live_server.url}/counter/")
        look(one, axe)
        one.locator("a[href='/counter/linking/']").click()
        one.wait_for_url("**/counter/linking/")
        look(one, axe)
        one.locator("input[value=matter]").check()
        one.locator("form[method=get] button").click()
        one.wait_for_url("**/counter/linking/?for=matter")
        look(one, axe)
        one.locator("a[href^='/counter/linking/'].ym-btn--go").click()
        one.wait_for_url("**/counter/linking/*/?for=matter")
        look(one, axe)
        first = one.url
        if one.locator("a[data-key=j]").count():
            one.keyboard.press("j")
            one.wait_for_url(lambda url, first=first: url != first)
            one.keyboard.press("k")
            one.wait_for_url(first)
        number_ = int(first.split("/counter/linking/")[1].split("/")[0])
        if one is page:  # a phone has no keys, and no switch for them
            one.locator("[data-keys] input").uncheck()
            one.keyboard.press(key)
            one.locator("[data-keys] input").check()
            assert not Pair.objects.get(pk=number_).judgments.exists()  # keys that are switched off do nothing
        one.keyboard.press(key)
        one.wait_for_url("**said=*")
        judged = Pair.objects.get(pk=number_)  # where money would move, a second judge is waited for
        assert judged.state == ("open" if judged.money else verdict) and judged.judgments.get().verdict == verdict
        person = Person.objects.filter(listed=True, merged_into=None, hukou_area__isnull=False).order_by("pk").last()
        one.goto(f"{live_server.url}/counter/linking/births/?for=matter")
        look(one, axe)
        row = one.locator("form[action$='/births/']").first
        row.locator("input[name=note]").fill("已联系，等上户")
        row.locator("button").click()
        one.locator("#h-done").wait_for()
        look(one, axe)
        for address in (f"people/{person.pk}/?for=matter", "quality/"):
            one.goto(f"{live_server.url}/counter/{address}")
            look(one, axe)
        for fold in one.locator("details.ym-fold summary").all():
            fold.click()
        look(one, axe)
        for link in ("a[href='/counter/quality/feeds/police_people/']", "a[href='/counter/quality/counties/532503/']"):
            one.goto(f"{live_server.url}/counter/quality/")
            one.locator(link).click()
            one.wait_for_url("**/counter/quality/*/*/")
            look(one, axe)
