"""The demonstration's registry filled from departments' files alone."""

import datetime as dt

import pytest

from yumiao.base.access.declare import Actor, Purpose
from yumiao.base.access.roles import ROLES
from yumiao.base.people.models import Person, Source
from yumiao.base.people.queries import bound, registry
from yumiao.config import demonstration
from yumiao.config.sentfiles import fill
from yumiao.engines.exchange import desk_pairs, queries
from yumiao.engines.exchange.models import Batch, Pair

ON = dt.date(2025, 10, 20)


@pytest.fixture(scope="module")
def made():
    from yumiao.calc.synthetic import grow, read_marginals

    return grow(read_marginals("honghe").scaled(0.0005), seed=5, on=ON).cut(1.0, identities=True, named=True)


def test_seven_departments_fill_it_once(db, made, tmp_path, settings):
    settings.TODAY = ON
    told: list[str] = []
    asked = {"made": made, "folder": tmp_path / "feeds", "seed": 5, "share": 0.0001, "department": "synthetic", "reference": "try"}
    fill(**asked, tell=told.append)
    assert {one.department for one in Batch.objects.all()} >= {"police", "health", "civil", "education", "insurance", "social"}
    assert set(Batch.objects.values_list("state", flat=True)) == {Batch.TAKEN} and told
    assert all(one.rows == one.accepted + one.rejected + one.ignored for one in Batch.objects.all())
    listed, living = Person.objects.filter(listed=True, dead=False).count(), made.tables["persons"]["death_date"].null_count()
    assert abs(listed - living) < 0.03 * living
    assert registry() == (0.0001, True)
    before = Person.objects.count(), Source.objects.count()
    fill(**asked, tell=told.append)
    assert (Person.objects.count(), Source.objects.count()) == before


def test_the_cast_works_on_it(db, made, tmp_path, settings, client):
    settings.DEMO, settings.TODAY = True, ON
    demonstration.accounts()
    fill(made=made, folder=tmp_path / "feeds", seed=5, share=1.0, department="synthetic", reference="try", tell=lambda _: None)
    assert "个孩子" in demonstration.mother()

    def seen(code: str, address: str, **asked: str):
        client.post("/switch/role/", {"to": code})
        answer = client.get(address, asked)
        assert answer.status_code == 200, (code, address, answer.status_code)
        return answer.content.decode()

    home = seen("mother", "/")
    assert "ym-card--needs" in home and "pt-ask" in home  # what no department sends is asked for
    mother = bound("demo-mother")
    surname = Person.objects.get(pk=mother).name[:1]
    assert surname in seen("county", "/counter/people/", **{"for": "matter", "q": surname})
    page = seen("county", f"/counter/people/{mother}/", **{"for": "entitlement"})
    assert "户籍人口.csv" in page and "h-owed" in page  # from which row of which file, and what the rules say
    somebody = Person.objects.filter(listed=True, merged_into=None, residence_area__startswith="532528").first()
    assert somebody.name[:1] in seen("village", f"/counter/people/{somebody.pk}/", **{"for": "matter"})
    seen("review", "/counter/linking/", **{"for": "matter"})
    waiting = Pair.objects.filter(state=Pair.OPEN).exclude(county=None).first()
    assert waiting is not None
    judge = Actor(who="demo-review", roles=(ROLES["county_approver"],), area=waiting.county)
    assert waiting.pk in [one.number for one in desk_pairs.pairs(judge, Purpose.MATTER)[0]]
    assert queries.pair(by=judge, purpose=Purpose.MATTER, number=waiting.pk).a.values["name"]
    assert "/counter/feeds/" in seen("review", "/counter/feeds/")
    seen("review", "/counter/quality/")
