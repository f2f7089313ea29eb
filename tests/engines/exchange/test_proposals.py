"""What the model proposes of a batch goes to people, whatever it weighs: the registry joins nobody by weight."""

import json

import pytest

from yumiao.calc.linkage import model
from yumiao.engines.exchange.models import Mention, Pair

from .conftest import INSURED, POLICE, man, woman

pytestmark = pytest.mark.django_db
pytest.importorskip("splink", reason="the package group linkage is not installed")


@pytest.fixture(params=["as packaged", "sure of everything"])
def weights(request, tmp_path, monkeypatch):
    """The packaged weights, and ones that would join all that they propose."""
    if request.param != "as packaged":
        path = tmp_path / "model.json"
        path.write_text(json.dumps({**model.packaged(), "sure": model.LEAST}), "utf-8")
        monkeypatch.setattr(model, "FILE", path)


def test_what_no_rule_sees_is_proposed_and_left_to_people(weights, load):
    load("police", POLICE, [woman(0), man(0)])
    _, name, sex, day, *_ = woman(0)
    load("insurance", INSURED, [[name, "", sex, day, "居民医保"]])  # no number, no place: no rule joins it, and none holds it doubtful
    (pair,) = Pair.objects.all()
    assert (pair.reason, pair.state) == ("model", Pair.OPEN) and pair.weight > model.LEAST
    assert pair.a.person != pair.b.person and not Mention.objects.filter(decided_by="model").exists()


def test_a_pair_is_proposed_once(load):
    load("police", POLICE, [woman(0), man(0)])
    _, name, sex, day, *_ = woman(0)
    load("insurance", INSURED, [[name, "", sex, day, "居民医保"]])
    load("police", POLICE, [woman(1)])
    load("insurance", INSURED, [[name, "", sex, day, "职工医保"]])
    asked = Pair.objects.values_list("a", "b")
    assert len(set(asked)) == len(asked)
