"""Official texts: nothing until an operator imports one, then clause by clause."""

import pytest

from yumiao.base.access.declare import Actor, NotAllowed
from yumiao.base.access.roles import PUBLIC, ROLES
from yumiao.base.audit.models import Entry
from yumiao.base.documents import queries
from yumiao.base.documents.service import import_text
from yumiao.base.events.models import Letter
from yumiao.lib.errors import BadInput

pytestmark = pytest.mark.django_db
OPERATOR = Actor(who="operator", roles=(ROLES["operator"],))
TEXT = """关于试行的方案

一、总体目标

到2030年，有个目标。

二、重点任务

（一）第一章

1. 种树。每户种两棵。

2. 浇水。每周浇一次，
不要忘记。

三、保障措施

（一）加强领导。每年开会。
"""


def put(text=TEXT, by=OPERATOR, name="方案.txt", plan="small"):
    return import_text(by=by, plan=plan, raw=text.encode() if isinstance(text, str) else text, name=name)


def test_nothing_is_shown_before_an_import():
    assert queries.clause_text("small", "1") is None and queries.clauses("small") == []


def test_clauses_of_an_imported_text():
    done = put()
    assert done.new and {"1", "2"} <= set(done.clauses) and queries.clauses("small") == list(done.clauses)
    found = queries.clause_text("small", "2")
    assert found.text == "浇水。每周浇一次，不要忘记。" and found.document == "方案.txt"
    assert queries.clause_text("small", "3") is None and queries.clause_text("other", "1") is None
    row = Entry.objects.get()
    assert (row.who, row.verb, row.object_kind, row.count, len(row.digest)) == (
        "operator",
        "documents.import_text",
        "official_text",
        len(done.clauses),
        64,
    )
    assert Letter.objects.get().payload == {"plan": "small", "text": done.text}


def test_the_same_text_again_changes_nothing():
    first = put()
    second = put(name="/another/folder/方案.txt")
    assert (second.text, second.new) == (first.text, False)
    assert Letter.objects.count() == 1 and Entry.objects.count() == 2


def test_the_latest_text_counts():
    put()
    put(TEXT.replace("两棵", "三棵"))
    assert "三棵" in queries.clause_text("small", "1").text
    put()
    assert "两棵" in queries.clause_text("small", "1").text


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"", "a.txt"),
        (b"   ", "a.txt"),
        ("没有编号的一段话。".encode(), "a.txt"),
        (b"\x00\x01\x02", "a.txt"),
        (b"PK\x03\x04broken", "a.docx"),
        (b"%PDF-1.4 broken", "a.pdf"),
        (TEXT.encode(), "a.exe"),
        (TEXT.encode(), "a.pdf"),
        (b"\xff" * 100, "a.txt"),
    ],
)
def test_what_is_no_official_text_is_refused_and_leaves_nothing(raw, name):
    with pytest.raises(BadInput):
        put(raw, name=name)
    assert queries.clauses("small") == [] and not Entry.objects.exists() and not Letter.objects.exists()


@pytest.mark.parametrize(
    "by",
    [PUBLIC, *(Actor(who="x", roles=(role,), area="532503") for code, role in ROLES.items() if code != "operator")],
    ids=lambda by: by.role,
)
def test_only_an_operator_imports(by):
    with pytest.raises(NotAllowed):
        put(by=by)
    assert queries.clauses("small") == [] and Entry.objects.get().outcome == "refused:verb"


def test_the_plan_itself_where_its_text_is_at_hand(shared):
    done = put((shared / "plan" / "official-text.txt").read_bytes(), name="official-text.txt", plan="honghe")
    assert {str(n) for n in range(1, 21)} <= set(done.clauses)
    assert "二孩" in queries.clause_text("honghe", "5").text and "托位" in queries.clause_text("honghe", "12").text
