"""测算: works · wrong method · wrong role · bad number · missing · bad body; one question at a time; progress; cancel; the
answer and its files."""

import hashlib
import io
import json
import re
import zipfile
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yumiao.base.jobs.models import Job
from yumiao.calc.provisions.rewrite import packed, read_text
from yumiao.config import characters
from yumiao.desks.house import law
from yumiao.desks.plan import lines, reckoned, reckonfiles
from yumiao.engines.rights import queries
from yumiao.engines.rights.models import Reckoning

from .conftest import REFORM, readings_found

pytestmark = pytest.mark.django_db
ADDRESS = "/plan/whatif/"
AMOUNT = "honghe/support/c05_birth_grants.amount"


@pytest.fixture
def as_(client, settings):
    """`as_("leader")` is the client as one of the cast."""
    settings.DEMO = True

    def be(code: str):
        client.cookies[characters.COOKIE] = characters.signed(code)
        return client

    return be


@pytest.fixture
def link() -> str:
    return packed(read_text(law.plan(), REFORM)[1])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_form_finds_figures_and_readings_and_opens_them(client, lang):
    page = client.get(ADDRESS, {"q": "第5条", "lang": lang}).content.decode()
    assert {"zh": "一次性生育补贴", "en": "One-off birth grant"}[lang] in page and "/plan/clauses/5/" in page
    card = client.get(ADDRESS, {"figure": AMOUNT}).content.decode()
    assert 'name="value-2"' in card and 'value="2000"' in card and "红发〔2023〕5号" in card
    assert 'name="choice"' in client.get(ADDRESS, {"reading": "adopted_counts_as_birth"}).content.decode()
    of_rule = client.get(ADDRESS, {"rule": "birth_grant"}).content.decode()
    assert "出生日期，到" in of_rule or "Born until" in of_rule
    for nothing in ({"figure": "x"}, {"reading": "x"}, {"rule": "x"}, {"q": "x" * 500}, {"years": "x"}, {"reform": "x"}):
        assert client.get(ADDRESS, nothing).status_code == 200


def test_a_step_leads_to_an_address_that_holds_the_question(client):
    answer = client.post(ADDRESS, {"do": "figure", "key": AMOUNT, "since": "2023-01-01", "value-2": "3000", "value-3": "4000"})
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/plan/whatif/?reform=")
    page = client.get(answer.headers["Location"]).content.decode()
    assert "3,000" in page and "4,000" in page
    text = client.get("/plan/whatif/reform.yaml", {"reform": answer.headers["Location"].split("reform=")[1].split("#")[0]})
    assert text.status_code == 200 and read_text(law.plan(), text.content)[0].figures[AMOUNT]


def test_the_same_by_text_and_by_file(client, link):
    by_text = client.post(ADDRESS, {"do": "yaml", "yaml": REFORM})
    file = SimpleUploadedFile("my.yaml", b"\xef\xbb\xbf" + REFORM.encode())
    by_file = client.post(ADDRESS, {"do": "file", "file": file})
    assert by_text.headers["Location"] == by_file.headers["Location"] == f"/plan/whatif/?reform={link}#changes"


def test_a_reform_that_is_too_long_for_a_link_travels_in_the_form(as_, known):
    client = as_("leader")
    right = "\n  r{n}: {{title: {t}, measure: 5.a, to: child, gives: cash, when: [china/common.alive], amount: {n}, from: 2024-01-01}}"
    text = "provisions:" + "".join(right.format(n=n, t=hashlib.sha256(str(n).encode()).hexdigest()) for n in range(1, 120))
    answer = client.post(ADDRESS, {"do": "yaml", "yaml": text})
    page = answer.content.decode()
    assert answer.status_code == 200 and "改动太长，放不进链接" in page and "119 处" in page
    assert "再改" not in page and 'id="offers"' not in page  # such links would lose the reform
    carried = re.search(r'name="reform" value="([^"]+)"', page)[1]
    assert len(carried) > 4000 and client.post(ADDRESS, {"do": "reckon", "reform": carried, "years": "2024"}).status_code == 302
    assert len(Reckoning.objects.get().reform) > 10_000


def test_what_is_wrong_stands_beside_the_field(client):
    answer = client.post(ADDRESS, {"do": "figure", "key": AMOUNT, "since": "soon", "value-2": "x", "value-3": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422 and 'id="e-since"' in page and 'id="e-value-2"' in page and 'value="soon"' in page
    answer = client.post(ADDRESS, {"do": "yaml", "yaml": "title: x\nparameters:\n  nothing: {2024-01-01: 1}"})
    assert answer.status_code == 422 and "reform.yaml:3" in answer.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"do": "nonsense"},
        {"do": "file"},
        {"do": "reckon"},
        {"do": "reckon", "reform": "x"},
        {"do": "yaml", "yaml": "\x00"},
        {"do": "yaml", "yaml": "a: " * 1000},
        {"do": "figure", "reform": "eJw"},
    ],
)
def test_bad_bodies_are_refused_without_a_fault(as_, body):
    assert 400 <= as_("leader").post(ADDRESS, body).status_code < 500
    assert not Reckoning.objects.exists()


def test_a_file_that_is_none(client):
    for content in (b"\xff\xfe\x00", b"x" * 70_000):
        assert client.post(ADDRESS, {"do": "file", "file": SimpleUploadedFile("x", content)}).status_code == 400


def test_methods(client, made):
    for address in (f"{ADDRESS}{made}/cancel/", f"{ADDRESS}{made}/again/", "/plan/readings/reckon/"):
        assert client.get(address).status_code == 405
    for address in (f"{ADDRESS}{made}/", f"{ADDRESS}{made}/progress/", f"{ADDRESS}{made}/data.json", "/plan/whatif/reform.yaml"):
        assert client.post(address).status_code == 405
    assert client.put(ADDRESS).status_code == 405


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999999", "x", "-1"])
def test_numbers_that_are_none(client, number):
    for part in ("", "progress/", "data.json", "data.xlsx", "reform.yaml"):
        assert client.get(f"{ADDRESS}{number}/{part}").status_code == 404
    assert client.post(f"{ADDRESS}{number}/cancel/").status_code in (403, 404)


@pytest.mark.parametrize("code", ["public", "mother", "village"])
def test_others_compose_and_see_but_do_not_start(as_, link, made, code):
    client = as_(code)
    page = client.get(ADDRESS, {"reform": link}).content.decode()
    assert "测算由州领导、财政经办、县级审批人或系统管理员开始" in page
    assert client.post(ADDRESS, {"do": "reckon", "reform": link, "years": "2024"}).status_code == 403
    assert client.post("/plan/readings/reckon/").status_code == 403
    assert client.get(f"{ADDRESS}{made}/").status_code == 200 and "demo-leader" not in client.get(f"{ADDRESS}{made}/").content.decode()
    assert Reckoning.objects.count() == 1


@pytest.mark.parametrize("code", ["leader", "finance", "county"])
def test_those_who_may_ask_get_a_job_and_one_at_a_time(as_, known, link, code):
    client = as_(code)
    answer = client.post(ADDRESS, {"do": "reckon", "reform": link, "years": "2024", "title": "我的题目"})
    assert answer.status_code == 302
    one = Reckoning.objects.get()
    assert answer.headers["Location"] == f"{ADDRESS}{one.pk}/" and "我的题目" in one.reform and one.years == [2024]
    page = client.get(answer.headers["Location"]).content.decode()
    assert "马上开始" in page and "hx-get" in page and "取消" in page and "我的题目" in page
    assert client.get(f"{ADDRESS}{one.pk}/data.xlsx").status_code == 404
    again = client.post(ADDRESS, {"do": "reckon", "reform": link, "years": "2024", "title": "我的题目"})
    assert again.headers["Location"] == answer.headers["Location"] and Job.objects.count() == 1
    busy = client.post(ADDRESS, {"do": "reckon", "reform": link, "years": "2023"})
    assert busy.status_code == 409 and "还没有做完" in busy.content.decode() and Reckoning.objects.count() == 1


def test_without_a_snapshot_it_says_so(as_, link):
    answer = as_("leader").post(ADDRESS, {"do": "reckon", "reform": link})
    assert answer.status_code == 422 and "还没有核算过任何快照" in answer.content.decode() and not Job.objects.exists()


def test_progress_and_cancel(as_, known, link):
    client = as_("leader")
    address = client.post(ADDRESS, {"do": "reckon", "reform": link, "years": "2024"}).headers["Location"]
    job = Job.objects.get()
    Job.objects.update(state=Job.RUNNING, done=3, whole=12, words_zh="2024 年", began_at=job.asked_at, beat_at=job.asked_at)
    part = client.get(f"{address}progress/")
    assert "yumiao work" not in part.content.decode()
    assert "25%" in part.content.decode() and 'value="3"' in part.content.decode() and "HX-Refresh" not in part.headers
    assert as_("finance").post(f"{address}cancel/").status_code == 403 and not Job.objects.get().stopping
    assert as_("leader").post(f"{address}cancel/").status_code == 302 and Job.objects.get().stopping
    assert "正在停下" in client.get(address).content.decode()
    Job.objects.update(state=Job.CANCELLED)
    part = client.get(f"{address}progress/")
    assert part.headers["HX-Refresh"] == "true" and "什么也没有留下" in client.get(address).content.decode()
    assert client.post(f"{address}cancel/").status_code == 302  # over already: nothing happens
    assert client.post(f"{address}again/").headers["Location"] == address and Job.objects.filter(state=Job.WAITING).count() == 1


def test_a_failure_is_said_in_both_languages(as_, known, link):
    client = as_("leader")
    address = client.post(ADDRESS, {"do": "reckon", "reform": link, "years": "2024"}).headers["Location"]
    Job.objects.update(state=Job.FAILED, code="snapshot_gone", fault_zh="快照不在了", fault_en="the snapshot is gone")
    assert "快照不在了" in client.get(address).content.decode()
    assert "the snapshot is gone" in client.get(address, {"lang": "en"}).content.decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_answer(client, made, lang):
    page = client.get(f"{ADDRESS}{made}/", {"lang": lang}).content.decode()
    one = queries.reckoning(made)
    assert one.digest in page and one.snapshot in page and one.version in page and "yumiao whatif reform.yaml" in page
    assert {"zh": "推算", "en": "projected"}[lang] in page and page.count("url(#h-will)") >= 2
    assert {"zh": "多给一些", "en": "A little more"}[lang] in page and {"zh": "按孩子数", "en": "By number of children"}[lang] in page
    for year in ("2023", "2026", "1", "x", "２０２４"):
        assert client.get(f"{ADDRESS}{made}/", {"year": year}).status_code == 200


def test_an_answer_by_earlier_rules_or_people_says_so(as_, made):
    client = as_("leader")
    assert "用现在的再算一次" not in client.get(f"{ADDRESS}{made}/").content.decode()
    Reckoning.objects.update(snapshot="0" * 64)
    page = client.get(f"{ADDRESS}{made}/").content.decode()
    assert "这是用较早的快照算的" in page and "用现在的再算一次" in page and "SNAPSHOT" in page
    Reckoning.objects.update(version="before")
    assert "这是用较早的规则算的" in client.get(f"{ADDRESS}{made}/").content.decode()


def test_every_table_adds_up_to_the_stored_rows(made):
    one = queries.reckoning(made)
    found = reckoned.Found(one)
    stored = [row for row in reckoned.rows(one.found) if row["provision"] in one.found["touched"]]
    for line in found.by_year().lines:
        mine = [row for row in stored if row["year"] == line.key]
        assert (line.baseline, line.reform) == (sum(r["baseline"] for r in mine), sum(r["reform"] for r in mine)) and line.baseline
        county = found.by_county(line.key)
        assert (county.total.baseline, county.total.reform) == (line.baseline, line.reform)
        assert (county.total.gain, county.total.lose) == (line.gain, line.lose) and line.gain
        for dimension in reckoned.DIMENSIONS:
            total = found.by_group(dimension, line.key).total
            assert (total.gain, total.lose) == (line.gain, line.lose), dimension
        assert sum(t.lines[found.one.years.index(line.key)].reform for _, _, t in found.by_right()) == line.reform


def test_no_line_shows_few_families(client, made):
    data = json.loads(client.get(f"{ADDRESS}{made}/data.json").content)
    for part in ("counties", "groups"):
        assert data[part] and all(line[k] is not None and (line[k] == 0 or line[k] >= 5) for line in data[part] for k in ("gain", "lose"))
    assert any("together" in line for line in data["counties"])
    for year in data["years"]:
        mine = [line for line in data["counties"] if line["year"] == year["year"]]
        assert sum(line["reform"] or 0 for line in mine) == year["reform"] and year["difference"] == year["reform"] - year["baseline"]


def sheets(body: bytes) -> dict[str, dict[str, tuple[str | None, str]]]:
    """Sheet → cell → (formula, value) as a spreadsheet reads the file."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        names = [s.get("name") for s in ElementTree.fromstring(book.read("xl/workbook.xml")).iterfind(".//m:sheet", space)]
        texts = ["".join(t.itertext()) for t in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iterfind("m:si", space)]
        out = {}
        for at, name in enumerate(names, 1):
            cells = {}
            for cell in ElementTree.fromstring(book.read(f"xl/worksheets/sheet{at}.xml")).iterfind(".//m:c", space):
                value, formula = cell.findtext("m:v", "", space), cell.findtext("m:f", None, space)
                cells[cell.get("r")] = (formula, texts[int(value)] if cell.get("t") == "s" else value)
            out[name] = cells
        return out


def test_the_formulas_of_the_workbook_add_up(client, made):
    """Every formula is worked out here from the cells that it names, and gives the value that the file carries for it."""
    book = sheets(client.get(f"{ADDRESS}{made}/data.xlsx").content)
    assert list(book) == ["按年", "按县", "按项", "按家庭", "说明"]
    counted = 0

    def number(sheet: str, cell: str) -> float:
        text = book[sheet].get(cell, (None, ""))[1]
        return float(text) if re.fullmatch(r"-?[0-9.]+(E[+-]?\d+)?", text) else 0.0

    def cells(sheet: str, span: str) -> list[str]:
        first, _, last = span.partition(":")
        column, low, high = re.sub(r"\d", "", first), int(re.sub(r"\D", "", first)), int(re.sub(r"\D", "", last or first))
        return [f"{column}{row}" for row in range(low, high + 1)]

    for sheet, found in book.items():
        for cell, (formula, value) in found.items():
            if formula is None:
                continue
            counted += 1
            if inside := re.fullmatch(r"SUM\((.+)\)", formula):
                expected = sum(number(sheet, each) for span in inside[1].split(",") for each in cells(sheet, span))
            elif pair := re.fullmatch(r"([A-Z]+\d+)-([A-Z]+\d+)", formula):
                expected = number(sheet, pair[1]) - number(sheet, pair[2])
            else:
                other = re.fullmatch(r"'(.+)'!([A-Z]+\d+)", formula)
                assert other, formula
                expected = number(other[1], other[2])
            assert float(value) == pytest.approx(expected), (sheet, cell, formula)
    assert counted > 40
    total = reckoned.Found(queries.reckoning(made)).by_year().total
    last = max(int(cell[1:]) for cell in book["按年"] if cell.startswith("A"))
    assert float(book["按年"][f"D{last}"][1]) == pytest.approx(total.more)


def test_a_sum_that_nobody_knows_is_no_zero():
    line = lines.Line("x", baseline=0, baseline_open=3, reform=100)
    assert (line.was, line.will, line.more) == (None, 1, None)
    assert lines.Line("x", absent=True).will is None and lines.Line("x").was == 0


def test_the_workbook_of_unknown_sums_opens(made, monkeypatch):
    """Where nothing is known on one side, its cells and every sum of them say so."""
    one = queries.reckoning(made)
    rows = one.found["rows"]
    rows["baseline"], rows["baseline_open"] = [0] * len(rows["baseline"]), [1] * len(rows["baseline"])
    book = sheets(reckonfiles.workbook(one))
    assert book["按年"]["B2"][1] == "?" and book["按年"]["D2"][1] == "?"


def test_pages_that_lead_here(client):
    assert "/plan/whatif/" in client.get("/plan/").content.decode()
    assert "/plan/whatif/?rule=birth_grant" in client.get("/plan/rules/birth_grant/").content.decode()
    assert "/plan/whatif/?reading=" in client.get("/plan/readings/").content.decode()


def test_what_each_reading_costs(as_, known):
    client = as_("leader")
    assert "还没有算过每种口径要多少钱" in client.get("/plan/readings/").content.decode()
    number = int(client.post("/plan/readings/reckon/").headers["Location"].split("/")[-2])
    assert "每种口径要多少钱" in client.get(f"{ADDRESS}{number}/").content.decode()
    readings_found(number)
    page = client.get("/plan/readings/").content.decode()
    assert "1,500" in page and "+500" in page and "没有人选定" in page
    assert client.get("/plan/readings/data.json").json()["costs"]["of"]["adopted_counts_as_birth"][0]["cost"] == 1500
    assert list(sheets(client.get("/plan/readings/data.xlsx").content))[-1] == "每种答案要多少钱"
    assert client.get(f"{ADDRESS}{number}/").headers["Location"] == "/plan/readings/"
    assert client.get(f"{ADDRESS}{number}/data.xlsx").status_code == 404
