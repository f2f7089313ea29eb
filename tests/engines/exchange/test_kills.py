"""`kill -9` in the middle of a load, of taking back, of answering packets: nothing half-written, no row lost, and the same as without."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from tests.calc.feeds.files import text
from yumiao.base.people.models import BirthFact, Person, Relation
from yumiao.engines.exchange.models import Batch, Mention

from .conftest import BIRTHS, POLICE, born, man, woman

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def packet(path: Path, file: Path, rows: int) -> None:
    """A signed packet with a health file in it."""
    one = {"name": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "rows": rows}
    said = {"sender": "health", "department": "health", "schema": 1, "purpose": "matter", "expires": "2030-01-01", "files": [one]}
    raw = json.dumps(said).encode()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", raw)
        archive.writestr("manifest.sig", KEY.sign(raw).hex())
        archive.write(file, file.name)


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_whatever_is_killed_anywhere_is_done_whole_the_next_time(tmp_path, root):
    police = text(tmp_path / "police.csv", [POLICE, *(row for n in range(4) for row in (woman(n), man(n)))])
    births = text(tmp_path / "births.csv", [BIRTHS, *(born(n) for n in range(4))])
    (tmp_path / "sent").mkdir()
    packet(tmp_path / "sent/a.zip", births, 5)
    name = connection.settings_dict["NAME"]
    postgres = connection.vendor == "postgresql"
    connection.close()
    url = os.environ["DATABASE_URL"].replace("/yumiao?", f"/{name}?") if postgres else f"sqlite:///{name}"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yumiao.config.settings", "PYTHONPATH": str(root)}
    env["YUMIAO_FEED_KEYS"] = f"health=ed25519:{KEY.public_key().public_bytes_raw().hex()}"
    script = Path(__file__).with_name("kills.py")
    kills = 8 if postgres else 50
    given = [str(kills), "7", police, births, tmp_path / "sent"]
    done = subprocess.run([sys.executable, script, *given], env=env, cwd=root, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    killed = {what: many for what, (many, _) in found["found"].items()}
    assert not any(halves for _, halves in found["found"].values()) and min(killed.values()) >= 2 and sum(killed.values()) >= kills // 2
    state = list(Batch.objects.order_by("pk").values_list("department", "state", "rows", "mentions"))
    assert state == [("police", "taken", 9, 8), ("health", "revoked", 5, 4), ("health", "taken", 5, 4)]
    assert Mention.objects.count() == 16 and Person.objects.filter(listed=True).count() == 12
    last = f"batch:{Batch.objects.order_by('pk').last().pk}"
    counts = BirthFact.objects.filter(source__reference=last), Relation.objects.filter(source__reference=last)
    assert [rows.count() for rows in counts] == [4, 8] and [rows.filter(withdrawn=True).count() for rows in counts] == [0, 0]
    assert found["files"] == ["a.receipt.json", "a.zip"]
    told = json.loads((tmp_path / "sent/a.receipt.json").read_text("utf-8"))
    assert told["batch"] == Batch.objects.order_by("pk").last().pk and told["accepted"] == 4
    assert (found["verbs"].count("exchange.take"), found["verbs"].count("exchange.revoke")) == (3, 1)
