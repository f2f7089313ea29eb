"""Bad input of every kind, on every form and file: 4xx with place and remedy, nothing kept, never a fault."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yumiao.calc.provisions.family import MOST_BYTES

pytestmark = [pytest.mark.django_db, pytest.mark.session_only]
MOTHER = {"id": "ma", "sex": "F", "birth_date": "1990-01-01"}


def family(*persons, **lists):
    return {"persons": [MOTHER, *persons], **lists}


def child(**facts):
    return {"id": "k", "mother": "ma", "birth_date": "2024-05-05", **facts}


# name → (content of the file, what must stand in the refusal)
FILES = {
    "nothing": (b"", "JSON"),
    "no JSON": (b"{", "JSON"),
    "half a file": (json.dumps(family()).encode()[:-1], "JSON"),
    "GBK": ('{"persons": [{"id": "母亲白云霞"}]}'.encode("gbk"), "UTF-8"),
    "UTF-16": (json.dumps(family()).encode("utf-16"), "UTF-8"),
    "bytes": (bytes(range(256)), "UTF-8"),
    "a list": (b"[]", "对象"),
    "a number": (b"1", "对象"),
    "NaN": (b'{"persons": [{"id": "a", "monthly_wage": NaN}]}', "NaN"),
    "a number without end": (b'{"persons": [{"id": "a", "monthly_wage": 9e999999}]}', "数"),
    "a long number": (b'{"persons": [{"id": "a", "monthly_wage": ' + b"9" * 5000 + b"}]}", "数"),
    "deep": (b'{"persons": [{"id": "a", "name": ' + b"[" * 50_000 + b"]" * 50_000 + b"}]}", "嵌套"),
    "a key twice": (b'{"persons": [{"id": "a", "id": "b"}]}', "两次"),
    "nobody": (b'{"persons": []}', "persons"),
    "persons are no list": (b'{"persons": {"id": "a"}}', "persons"),
    "a person is no object": (b'{"persons": [null]}', "persons[0]"),
    "no id": (b'{"persons": [{"sex": "F"}]}', "persons[0].id"),
    "an unlisted key": (family(child(height=50)), "persons[1].height"),
    "an unlisted list": (family(pets=[]), "pets"),
    "a text for a number": (family(child(birth_order="two")), "persons[1].birth_order"),
    "a number for a text": (family(child(sex=1)), "persons[1].sex"),
    "a text for yes or no": (family(child(only_child="yes")), "persons[1].only_child"),
    "a negative wage": (family({"id": "pa", "monthly_wage": -1}), "persons[1].monthly_wage"),
    "a thousandth of a yuan": (family({"id": "pa", "monthly_wage": 0.001}), "persons[1].monthly_wage"),
    "no such area": (family(child(hukou_area="532")), "persons[1].hukou_area"),
    "no such day": (family(child(birth_date="2024-02-30")), "persons[1].birth_date"),
    "a day in words": (family(child(birth_date="2024年3月9日")), "persons[1].birth_date"),
    "a day of long ago": (family(child(birth_date="0001-01-01")), "persons[1].birth_date"),
    "a day beyond the answers": (family(on="1990-01-01"), "on"),
    "no day": (family(on="soon"), "on"),
    "a child older than the mother": (family(child(birth_date="1980-01-01")), "persons[1].mother"),
    "death before birth": (family(child(death_date="2020-01-01")), "persons[1]"),
    "parents in a circle": (family({"id": "a", "mother": "b"}, {"id": "b", "mother": "a"}), "环"),
    "one's own mother": (family({"id": "a", "mother": "a"}), "persons[1].mother"),
    "a man is the mother": (family({"id": "pa", "sex": "M"}, child(mother="pa")), "persons[2].mother"),
    "one id twice": (family(MOTHER), "persons[1].id"),
    "two mothers": (
        family(child(), {"id": "m2", "sex": "F"}, deliveries=[{"mother": "m2", "date": "2024-05-05", "children": ["k"]}]),
        "两个母亲",
    ),
    "a delivery twice": (family(deliveries=[{"mother": "ma", "date": "2024-05-05"}] * 2), "两次"),
    "married to oneself": (family(marriages=[{"a": "ma", "b": "ma"}]), "marriages[0]"),
    "a marriage that ends before it begins": (
        family(marriages=[{"a": "ma", "b": "x", "from": "2020-01-01", "to": "2019-01-01"}]),
        "marriages[0]",
    ),
    "a certificate of no kind": (family(certificates=[{"person": "ma"}]), "certificates[0].kind"),
    "13 persons": (family(*({"id": f"q{n}"} for n in range(12))), "12"),
    "three marriages": (family(marriages=[{"a": "ma", "b": f"x{n}"} for n in range(3)]), "marriages"),
    "21 stays": (family(hospital_stays=[{"person": "ma", "from": "2025-01-01", "to": "2025-01-02"}] * 21), "hospital_stays"),
    "100,000 persons": ({"persons": [{"id": f"{n}"} for n in range(100_000)]}, "100000"),
    "half a character in a name": (family(child(name="\ud800")), "persons[1].name"),
    "half a character in an id": (family({"id": "\udfff"}), "persons[1].id"),
    "half a character in a key": (family(child(**{"\ud800": 1})), "persons[1]"),
    "half a character in the note": (family(note="\ud800"), "note"),
    "a long title": (family(title="x" * 201), "title"),
    "a title that is none": (family(title=[1]), "title"),
    "a bell in a name": (family(child(name="a\x07")), "persons[1].name"),
    "a long name": (family(child(name="长" * 201)), "persons[1].name"),
    "a name that is none": (family(child(name={"zh": "苗"})), "persons[1].name"),
    "too big": (b" " * (MOST_BYTES + 1), "不超过"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_taken(visit, kind):
    content, said = FILES[kind]
    visit.begin("unmarried")
    kept = visit.kept()
    answer = visit.load(content)
    assert answer.status_code == 422
    assert answer.context["problem"] and all(
        one["where"].startswith("facts.json") or one["where"] == "file" for one in answer.context["problem"]
    )
    text = answer.content.decode()
    assert said in text and 'role="alert"' in text and "Traceback" not in text
    assert visit.kept() == kept, "nothing was taken"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a\x00b.json", "<b>.json", "长" * 300 + ".json", "facts: persons[0].json"])
def test_any_name_of_a_file_will_do(visit, name):
    assert visit.load(family(), name or "x").status_code == 302
    answer = visit.load(b"{", name or "x")
    assert (
        answer.status_code == 422
        and "<b>" not in answer.context["problem"][0]["where"].replace("<b>.json", "")
        and "<b>.json" not in answer.content.decode()
    )


def test_no_file_at_all(visit):
    for sent in ({}, {"file": "text, not a file"}):
        answer = visit.client.post("/family/load/", sent)
        assert answer.status_code == 422 and "选一个 JSON 文件" in answer.content.decode()
    assert visit.client.post("/family/load/", b"broken", content_type="multipart/form-data; boundary=x").status_code in (400, 422)
    assert visit.client.post("/family/load/", b"{}", content_type="application/json").status_code == 422
    assert visit.kept() is None


@pytest.mark.parametrize("story", ["nothing", "", "../newborn", "index", "x" * 10_000, "\ud800", "NEWBORN"])
def test_a_story_that_is_none(visit, story):
    sent = f"story={story}" if story.isascii() else "story=%ED%A0%80"
    assert visit.client.post("/family/begin/", sent, content_type="application/x-www-form-urlencoded").status_code == 404
    assert visit.kept() is None


# forms: (command, what is sent, the field beside which the refusal stands; None where it is listed)
FORMS = {
    "no such sex": ("save:persons:0", {"sex": "X"}, "sex"),
    "no such day": ("save:persons:0", {"birth_date": "2024-02-30"}, "birth_date"),
    "a day in words": ("save:persons:0", {"birth_date": "三月九日"}, "birth_date"),
    "younger than her child": ("save:persons:0", {"birth_date": "2025-10-01"}, "birth_date"),
    "an event without a day": ("save:persons:0", {"death_date": "on", "death_date-on": ""}, "death_date"),
    "died before birth": ("save:persons:0", {"death_date": "on", "death_date-on": "1950-01-01"}, "death_date"),
    "no such area": ("save:persons:0", {"hukou_area": "atlantis"}, "hukou_area"),
    "a wage in words": ("save:persons:0", {"monthly_wage": "五千"}, "monthly_wage"),
    "a wage without end": ("save:persons:0", {"monthly_wage": "9e999999"}, "monthly_wage"),
    "a wage with three decimals": ("save:persons:0", {"monthly_wage": "1.001"}, "monthly_wage"),
    "a yes that is none": ("save:persons:0", {"owns_home": "maybe"}, "owns_home"),
    "children_complete is no yes or no": ("save:persons:0", {"children_complete": "maybe"}, "children_complete"),
    "her own mother": ("save:persons:0", {"mother": "ma"}, "mother"),
    "her child is her mother": ("save:persons:0", {"mother": "k1"}, "mother"),
    "a mother that is a man": ("save:persons:2", {"mother": "pa", "father": ""}, "mother"),
    "one parent as both": ("save:persons:2", {"mother": "ma", "father": "ma"}, "father"),
    "a mother with no usable id": ("save:persons:2", {"mother": "x" * 65}, "mother"),
    "a bell in the name": ("save:persons:0", {"name": "a\x07b"}, "name"),
    "a long name": ("save:persons:0", {"name": "长" * 201}, "name"),
    "a child older than the mother": ("save:persons:new", {"mother": "ma", "birth_date": "1980-01-01"}, "mother"),
    "a marriage of one": ("save:marriages:new", {"a": "ma"}, "b"),
    "a marriage of nobody": ("save:marriages:new", {}, "a"),
    "married to herself": ("save:marriages:new", {"a": "ma", "b": "ma"}, None),
    "divorced before the wedding": (
        "save:marriages:0",
        {"a": "ma", "b": "pa", "from": "2018-05-20", "to": "on", "to-on": "2001-01-01"},
        "to",
    ),
    "a delivery of nobody": ("save:deliveries:new", {"date": "2024-01-01"}, "mother"),
    "a delivery by a man": ("save:deliveries:new", {"mother": "pa", "date": "2024-01-01"}, "mother"),
    "a delivery twice": ("save:deliveries:new", {"mother": "ma", "date": "2021-03-09"}, None),
    "no babies": ("save:deliveries:0", {"mother": "ma", "date": "2021-03-09", "babies": "-1"}, "babies"),
    "half a baby": ("save:deliveries:0", {"mother": "ma", "date": "2021-03-09", "babies": "1.5"}, "babies"),
    "a child in two deliveries": ("save:deliveries:1", {"mother": "ma", "date": "2023-05-16", "children": "k1"}, "children"),
    "a stay of nobody": ("save:hospital_stays:new", {"from": "2025-01-01"}, "person"),
    "discharged before admitted": (
        "save:hospital_stays:new",
        {"person": "ma", "from": "2025-02-02", "to": "on", "to-on": "2025-01-01"},
        "to",
    ),
    "a certificate of no kind": ("save:certificates:new", {"person": "ma"}, "kind"),
    "a certificate of another kind": ("save:certificates:new", {"person": "ma", "kind": "driving"}, "kind"),
    "no day asked about": ("day", {"on": "someday"}, "on"),
    "a day without answers": ("day", {"on": "1949-10-01"}, "on"),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", FORMS)
def test_a_form_that_cannot_be_taken(visit, kind, lang):
    command, changed, beside = FORMS[kind]
    visit.client.get("/family/start/", {"lang": lang})
    visit.begin("newborn")
    kept = visit.kept()
    verb, _, rest = command.partition(":")
    table, _, at = rest.partition(":")
    filled = visit.form(table, at) if verb == "save" and at != "new" else {}
    sent = {"do": command, **filled, **{f"f-{k}": v for k, v in changed.items()}}
    answer = visit.client.post("/family/edit/", sent)
    edited = answer.context["edited"]
    assert answer.status_code == 422 and visit.kept() == kept
    if beside is None:
        assert edited.general and 'role="alert"' in answer.content.decode()
    else:
        assert beside in edited.errors, (edited.errors, edited.general)
        assert all(len(told) == len(set(told)) for told in edited.errors.values()), "said once"
        text = answer.content.decode()
        assert 'aria-invalid="true"' in text or beside == "children"
        assert text.count(" autofocus") == 1, "the cursor stands at the first field that is wrong"
    if verb == "save":
        assert edited.opened == (table, None if at == "new" else int(at)), "the form stays open"
        for name, value in changed.items():
            assert edited.sent[f"f-{name}"] == value, "what was typed is not lost"
    part = visit.client.post("/family/edit/", sent, headers={"HX-Request": "true"})
    assert part.status_code == 200 and part.context["edited"].wrong, "htmx shows only what comes with 200"
    # the same in what if
    page = visit.client.get("/family/what-if/")
    tried = visit.client.post("/family/what-if/", {"f-on": "", **sent, "facts": page.context["state"]})
    assert tried.status_code == 422 and tried.context["edited"].wrong and visit.kept() == kept


COMMANDS = [
    *("", "x", "save", "save:", "save:persons", "save:persons:99", "save:persons:-1", "save:persons:1e3", "save:persons:٣", "__class__"),
    *("remove:persons:new", "remove:pets:0", "open:persons:99", "unknown:persons", "known:persons", "unknown:deliveries:0", "day:1"),
    *("close:1", "save:persons:0:0", "x" * 100_000, "save:persons:\ud800", "{0}", "<script>"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: ascii(c[:20]))
def test_a_command_that_is_none(visit, command):
    visit.begin("newborn")
    kept = visit.kept()
    command = command.encode("utf-8", "replace").decode()
    answer = visit.do(command)
    assert answer.status_code == 422 and answer.context["edited"].general and visit.kept() == kept
    assert "<script>" not in answer.content.decode()
    part = visit.client.post("/family/edit/", {"do": command}, headers={"HX-Request": "true"})
    assert part.status_code == 200 and 'role="alert"' in part.content.decode()
    page = visit.client.get("/family/what-if/")
    assert visit.client.post("/family/what-if/", {"facts": page.context["state"], "do": command}).status_code in (400, 422)


ANSWERS = [
    {},
    {"table": "persons"},
    {"table": "pets", "of": "ma", "key": "sex", "value": "F"},
    {"table": "persons", "of": "nobody", "key": "sex", "value": "F"},
    {"table": "persons", "of": "k3", "key": "height", "value": "50"},
    {"table": "persons", "of": "k3", "key": "id", "value": "x"},
    {"table": "persons", "of": "k3", "key": "mother", "value": "x"},
    {"table": "persons", "of": "k3", "key": "hukou_area"},
    {"table": "persons", "of": "k3", "key": "hukou_area", "value": "other", "f-hukou_area": ""},
    {"table": "persons", "of": "k3", "key": "hukou_area", "value": "atlantis"},
    {"table": "persons", "of": "k3", "key": "hukou_area", "value": "532503", "f-hukou_since": "yesterday"},
    {"table": "persons", "of": "k3", "key": "sex", "value": "X"},
    {"table": "persons", "of": "k3", "key": "birth_date", "f-birth_date": "1980-01-01"},
    {"table": "persons", "of": "k3", "key": "birth_order", "f-birth_order": "x"},
    {"table": "deliveries", "of": "pa", "key": "weeks", "delivery": "2025-09-26", "f-weeks": "999"},
    {"table": "deliveries", "of": "k1", "key": "weeks", "f-weeks": "39"},
    {"table": "marriages", "of": "k1", "key": "from", "f-from": "2020-01-01"},
    {"table": "deliveries", "of": "ma", "key": "deliveries", "value": "maybe"},
    {"table": "certificates", "of": "ma", "key": "kind", "value": "one_child"},
]  # fmt: skip


@pytest.mark.parametrize("sent", ANSWERS, ids=lambda sent: " ".join(sent.values())[:40] or "nothing")
def test_an_answer_that_cannot_be_taken(visit, sent):
    visit.begin("newborn")
    kept = visit.kept()
    answer = visit.client.post("/family/answer/", sent)
    assert answer.status_code == 422 and answer.context["problem"] and visit.kept() == kept
    assert 'role="alert"' in answer.content.decode()
    part = visit.client.post("/family/answer/", sent, headers={"HX-Request": "true"})
    assert part.status_code == 200 and part.context["problem"] and visit.kept() == kept


@pytest.mark.parametrize(
    "facts",
    ["", "{", "[]", "null", '{"persons": []}', '{"persons": [{"id": "a", "pet": 1}]}', '{"persons": [{"id": "\\ud800"}]}', "\ud800"],
)
def test_a_copy_that_is_no_family(visit, facts):
    visit.begin("newborn")
    kept = visit.kept()
    answer = visit.client.post("/family/what-if/", {"facts": facts.encode("utf-8", "replace").decode(), "do": "day"})
    assert answer.status_code == 400 and visit.kept() == kept
    assert "facts" in answer.content.decode(), "the place is named"


@pytest.mark.parametrize("reading", [{"r-nothing": "yes"}, {"r-": "x"}, {"r-lawful_birth": "perhaps"}])
def test_a_reading_that_is_none(visit, reading):
    visit.begin("newborn")
    page = visit.client.get("/family/what-if/")
    assert visit.client.post("/family/what-if/", {"facts": page.context["state"], "do": "day", **reading}).status_code == 400


def test_forms_too_large_and_too_many_fields(visit):
    visit.begin("newborn")
    kept = visit.kept()
    assert visit.do("save:persons:0", **{"f-name": "x" * 2_500_000}).status_code == 413
    assert visit.do("save:persons:0", **{f"f-{n}": "1" for n in range(2_500)}).status_code == 413
    assert visit.kept() == kept


@pytest.mark.parametrize("child", ["nobody", "", "%00", "%ED%A0%80", "'\"><script>", "k1&child=k2"])
def test_a_child_that_is_none(visit, child):
    visit.begin("newborn")
    answer = visit.client.get(f"/?child={child}")
    assert answer.status_code == 200 and answer.context["life"] is not None and "><script>" not in answer.content.decode()


def test_a_session_that_was_tampered_with_is_no_session(visit):
    visit.begin("newborn")
    visit.client.cookies["ym_session"] = "x" * 32
    assert len(visit.client.get("/").context["stories"]) == 8


def test_the_upload_keeps_nothing_on_disk(visit, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    visit.client.post("/family/load/", {"file": SimpleUploadedFile("f.json", json.dumps(family()).encode())})
    assert list(tmp_path.iterdir()) == []
