"""Signed packets are taken in once, and answered; anything wrong with one is refused in a sentence."""

import datetime as dt
import hashlib
import json
import zipfile

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yumiao.base.access.roles import SYSTEM
from yumiao.engines.exchange.models import Batch
from yumiao.engines.exchange.packets import poll

from .conftest import POLICE, woman

pytestmark = pytest.mark.django_db
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SHARED = bytes(range(32, 64))
BODY = "\r\n".join(",".join(row) for row in (POLICE, ["=1+1", *woman(0)[1:]], woman(1))).encode()


@pytest.fixture(autouse=True)
def keys(settings):
    public = KEY.public_key().public_bytes_raw().hex()
    settings.FEED_KEYS = [f"police-gejiu=ed25519:{public}", f"police-kaiyuan=hmac-sm3:{SHARED.hex()}"]


@pytest.fixture
def packet(tmp_path, day):
    def _packet(name="a", body=BODY, files=None, sign=None, entry="户籍.csv", **said):
        one = {"name": entry, "sha256": hashlib.sha256(BODY).hexdigest(), "rows": 3}
        manifest = {"sender": "police-gejiu", "department": "police", "schema": 1, "purpose": "entitlement",
                    "expires": (day + dt.timedelta(1)).isoformat(), "files": files or [one], **said}  # fmt: skip
        raw = json.dumps(manifest).encode()
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("manifest.json", raw)
            archive.writestr("manifest.sig", (sign or (lambda r: KEY.sign(r).hex()))(raw))
            archive.writestr(entry, body)
        return poll(by=SYSTEM, folder=tmp_path, plan="honghe", today=day)

    return _packet


def sm3(raw: bytes) -> str:
    digest = hmac.HMAC(SHARED, hashes.SM3())
    digest.update(raw)
    return digest.finalize().hex()


def test_a_packet_is_taken_in_once_and_answered(packet, tmp_path, day):
    [answer] = packet()
    batch = Batch.objects.get()
    assert (answer.batch, answer.new, batch.state, batch.accepted) == (batch.pk, True, "taken", 2)
    told = json.loads((tmp_path / "a.receipt.json").read_text("utf-8"))
    assert (told["rows"], told["accepted"], told["batch"]) == (3, 2, batch.pk) and {f["code"] for f in told["findings"]} == {"id_form"}
    assert poll(by=SYSTEM, folder=tmp_path, plan="honghe", today=day) == []
    [again] = packet("b", sender="police-kaiyuan", sign=sm3)
    assert (again.batch, again.new) == (batch.pk, False) and Batch.objects.count() == 1


def test_the_returned_sheet_has_no_formula(packet, tmp_path):
    packet()
    with zipfile.ZipFile(tmp_path / "a.receipt.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and ">'=1+1<" in sheet and ">=1+1" not in sheet and "身份号码" in sheet


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"expires": "2020-01-01"}, "packet_expired"),
        ({"body": BODY + b"\r\n"}, "packet_hash"),
        ({"sign": lambda raw: KEY.sign(raw + b" ").hex()}, "packet_signature"),
        ({"sign": lambda raw: "zz"}, "packet_signature"),
        ({"sender": "somebody"}, "packet_signature"),
        ({"entry": "../x.csv"}, "packet_name"),
        ({"entry": "..\\x.csv"}, "packet_name"),
        ({"schema": 2}, "packet_manifest"),
        ({"purpose": "hiring"}, "packet_manifest"),
        ({"files": [{"name": "户籍.csv", "sha256": hashlib.sha256(BODY).hexdigest(), "rows": 4}]}, "packet_rows"),
        ({"files": [{"name": "y.csv", "sha256": "0", "rows": 4}]}, "packet_files"),
        ({"department": "weather"}, "packet_sender"),
        ({"department": "health"}, "packet_sender"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_nothing_is_kept(packet, tmp_path, more, code):
    [answer] = packet(**more)
    assert (answer.batch, answer.code) == (None, code) and answer.why
    assert not Batch.objects.exists() and json.loads((tmp_path / "a.receipt.json").read_text("utf-8"))["refused"] == code


def test_what_is_no_archive_is_refused(packet, tmp_path, day):
    (tmp_path / "z.zip").write_bytes(b"PK\x03\x04 no")
    [answer] = poll(by=SYSTEM, folder=tmp_path, plan="honghe", today=day)
    assert answer.code == "packet_damaged"


def test_a_platform_sends_for_the_departments_that_are_named(packet, settings, day):
    public = KEY.public_key().public_bytes_raw().hex()
    settings.FEED_KEYS = [f"platform@police+civil=ed25519:{public}"]
    assert packet("a", sender="platform")[0].code == ""
    assert packet("b", sender="platform", department="health")[0].code == "packet_sender"


def test_a_packet_that_comes_mended_leaves_no_old_sheet(packet, tmp_path):
    sheet = tmp_path / "a.receipt.xlsx"
    packet()
    assert sheet.is_file()
    good = "\r\n".join(",".join(row) for row in (POLICE, woman(0), woman(1))).encode()
    [answer] = packet(body=good, files=[{"name": "户籍.csv", "sha256": hashlib.sha256(good).hexdigest(), "rows": 3}])
    assert answer.new and not sheet.exists() and json.loads((tmp_path / "a.receipt.json").read_bytes())["findings"] == []


def test_where_the_sheet_cannot_be_written_nothing_is_taken_in(packet, tmp_path):
    (tmp_path / "a.receipt.xlsx").mkdir()
    [answer] = packet()
    assert (answer.batch, answer.code) == (None, "not_writable") and not Batch.objects.exists()
