"""Months close once; what comes or goes later stands beside, and every figure is found again from what is stored."""

import datetime as dt
import json

import pytest
from django.db import DatabaseError, transaction
from django.test import override_settings

from tests.laid import laid
from yumiao.base.access.declare import Actor, NotAllowed
from yumiao.base.access.roles import ROLES, SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.config.cli import main
from yumiao.engines.exchange import months, service
from yumiao.engines.exchange.models import Batch, Closing, Measure, Tally
from yumiao.engines.exchange.recount import recount
from yumiao.engines.exchange.triggers import CLOSED
from yumiao.lib.errors import BadInput

from .conftest import BIRTHS, INSURED, POLICE, born, loading, man, woman

pytestmark = pytest.mark.django_db
MAY, JUNE = dt.date(2025, 5, 1), dt.date(2025, 6, 1)
NOW, CAME = dt.date(2025, 6, 3), dt.date(2025, 5, 20)


@pytest.fixture(autouse=True)
def day(settings):
    """The files come in May; it is the third of June."""
    settings.TODAY = NOW
    return CAME


@pytest.fixture(scope="module")
def two(django_db_setup, django_db_blocker, tmp_path_factory):
    with laid(django_db_blocker), override_settings(TODAY=NOW):
        load = loading(tmp_path_factory.mktemp("may"), CAME)
        police = load("police", POLICE, [woman(0), man(0), ["?", "", "", "", "", ""]])
        insured = load("insurance", INSURED, [[woman(0)[1], woman(0)[0], "男", woman(0)[3], "职工医保"]])
        yield police, insured


@pytest.fixture
def may(two, db):
    """Two departments' files of May: (police's batch, the insurer's)."""
    return two


def whole(figures: months.Figures, kind: str, contract: str = "police_people") -> tuple:
    found = [value for key, value in figures.items() if key[1] == contract and key[3] == kind]
    assert len(found) == 1, found
    return found[0]


def test_a_month_closes_once_and_never_changes(load, may):
    assert months.stated(MAY) is None and months.due() == []
    many = service.close(by=SYSTEM, month=MAY)
    closed = months.stated(MAY)
    assert closed is not None and len(closed) == many and whole(closed, "accepted") == (2, 3)
    for month, code in ((MAY, "month_closed"), (JUNE, "month_open"), (dt.date(2025, 4, 1), "month_empty")):
        with pytest.raises(BadInput) as refused:
            service.close(by=SYSTEM, month=month)
        assert refused.value.troubles[0].code == code
    before = list(Measure.objects.order_by("pk").values_list())
    later = load("police", POLICE, [woman(1), man(1)])
    assert list(Measure.objects.filter(closing__number=0).order_by("pk").values_list()) == before
    [_, second] = months.statements(MAY)
    assert (second["why"], second["batch"]) == (Closing.TAKEN, later) and whole(months.stated(MAY), "accepted") == (4, 5)
    service.revoke(by=SYSTEM, batch=may[1])
    [_, _, third] = months.statements(MAY)
    assert (third["why"], third["batch"]) == (Closing.REVOKED, may[1])
    assert not any(key[1] == "insurance_members" and key[3] == "rows" for key in months.stated(MAY)), (
        "nothing is known of it any more: no zero"
    )
    assert whole(closed, "rows", "insurance_members") == (2, None)
    again = recount(MAY)
    assert (again.batches, again.statements, again.without, again.differences) == (3, 3, (), ())
    assert Entry.objects.filter(verb="exchange.close", outcome="done", object_id="2025-05").count() == 1
    assert CLOSED.present()
    for model in (Measure, Closing, Tally):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(id=1)


def test_what_does_not_change_a_month_is_no_restatement(load, may, settings):
    service.close(by=SYSTEM, month=MAY)
    assert [one["number"] for one in months.statements(MAY)] == [0]
    load("police", POLICE, [woman(0), man(0), ["?", "", "", "", "", ""]])
    assert len(months.statements(MAY)) == 1, "the same file again is the same batch"


def test_months_close_by_themselves_when_they_are_due(may, settings):
    settings.TODAY, settings.MONTH_CLOSES = dt.date(2025, 6, 9), 10
    assert list(service.close_due(by=SYSTEM)) == []
    settings.MONTH_CLOSES = 0
    assert list(service.close_due(by=SYSTEM)) == []
    settings.TODAY, settings.MONTH_CLOSES = dt.date(2025, 6, 11), 10
    assert list(service.close_due(by=SYSTEM)) == [MAY] and list(service.close_due(by=SYSTEM)) == []
    assert Closing.objects.get().who == "system"


def test_who_may_close(may):
    for role, area in (("county_approver", "532501"), ("leader", None), ("public", None)):
        with pytest.raises(NotAllowed):
            service.close(by=Actor(who="x", roles=(ROLES[role],), area=area), month=MAY)
    assert service.close(by=Actor(who="x", roles=(ROLES["prefecture_reviewer"],)), month=MAY) > 0


def test_how_things_stood_stays_as_it_was(load, may):
    births = load("health", BIRTHS, [born(0), born(1)])
    service.close(by=SYSTEM, month=MAY)
    said = {key[2:4]: value for key, value in months.stated(MAY).items() if key[3] in months.STATES}
    assert said["532501", "births"] == (1, 1) and said["", "births"] == (1, 1) and said["532501", "differing"] == (1, None)
    assert said[None, "late"][0] == 11
    service.revoke(by=SYSTEM, batch=births)
    service.revoke(by=SYSTEM, batch=may[1])
    assert {key[2:4]: value for key, value in months.stated(MAY).items() if key[3] in ("births", "differing")} == {
        place: value for place, value in said.items() if place[1] != "late"
    }
    assert recount(MAY).differences == ()


def test_a_figure_that_is_not_found_again_is_said(may, capsys):
    service.close(by=SYSTEM, month=MAY)
    closing = Closing.objects.get()
    Measure.objects.create(
        closing=closing, department="police", contract="police_people", kind="known", field="planted", county="", n=1, of=2
    )
    [one] = recount(MAY).differences
    assert (one.where, one.key[3:], one.kept, one.found) == ("closing:0", ("known", "planted"), (1, 2), None)
    batch = Batch.objects.get(pk=may[0])
    Tally.objects.create(batch=batch, department="police", contract="police_people", kind="rows", field="planted", n=1)
    assert {d.where for d in recount(MAY).differences} == {"closing:0", f"batch:{batch.pk}"}


def test_the_command_shows_checks_and_closes(may, capsys, settings):
    settings.DEMO = True
    from yumiao.config import demonstration

    demonstration.accounts()
    as_ = ["--as", "demo-operator"]
    assert main(["feeds", "quality", "--json", *as_]) == 0
    [one] = json.loads(capsys.readouterr().out)["months"]
    assert one == {"month": "2025-05", "closed": False, "statements": []}
    assert main(["feeds", "quality", "--month", "2025-05", "--close", "--check", "--json", *as_]) == 0
    [one] = json.loads(capsys.readouterr().out)["months"]
    assert one["closed"] and one["agrees"] and one["batches"] == 2 and one["differences"] == []
    assert {"department": "police", "contract": "police_people", "county": None, "kind": "accepted", "field": "", "n": 2, "of": 3} in one[
        "figures"
    ]
    assert main(["feeds", "quality", "--month", "2025-05", "--check", *as_]) == 0
    assert "都对得上" in capsys.readouterr().out
    for wrong in (["--month", "2025-13"], ["--close"], ["--month", "2025-05", "--close"], ["--month", "2025-06", "--close"]):
        assert main(["feeds", "quality", *wrong, *as_]) == 2
    Measure.objects.create(closing=Closing.objects.get(), department="police", contract="x", kind="rows", n=1)
    assert main(["feeds", "quality", "--check", *as_]) == 1
