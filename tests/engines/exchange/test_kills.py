"""`kill -9` in the middle of a load: nothing half-written, no row lost, and the same as without."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.calc.feeds.files import text
from yumiao.base.people.models import BirthFact, Person, Relation
from yumiao.engines.exchange.models import Batch, Mention

from .conftest import BIRTHS, POLICE, born, man, woman


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_load_killed_anywhere_is_done_whole_the_next_time(tmp_path, root):
    files = [
        text(tmp_path / "police.csv", [POLICE, *(row for n in range(4) for row in (woman(n), man(n)))]),
        text(tmp_path / "births.csv", [BIRTHS, *(born(n) for n in range(4))]),
    ]
    name = connection.settings_dict["NAME"]
    postgres = connection.vendor == "postgresql"
    connection.close()
    url = os.environ["DATABASE_URL"].replace("/yumiao?", f"/{name}?") if postgres else f"sqlite:///{name}"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yumiao.config.settings", "PYTHONPATH": str(root)}
    script = Path(__file__).with_name("kills.py")
    kills = "6" if postgres else "50"
    done = subprocess.run([sys.executable, script, kills, "7", *files], env=env, cwd=root, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["halves"] == 0 and found["killed"] >= int(kills) // 3
    assert set(Batch.objects.values_list("state", "rows", "mentions")) == {("taken", 9, 8), ("taken", 5, 4)}
    assert Mention.objects.count() == 12 == Person.objects.count() == BirthFact.objects.values("person").distinct().count()
    assert Relation.objects.filter(kind="mother").count() == Relation.objects.filter(kind="father").count() == 4
