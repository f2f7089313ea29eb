"""More than is taken is refused before it is read, or as soon as so much came; nothing of it is kept."""

import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yumiao.engines.exchange.models import Batch, OriginalFile

from .conftest import POLICE, WOMAN, words

pytestmark = pytest.mark.django_db
FORM = {"department": "police", "purpose": "matter"}


class Untouched:
    """A body that nobody may read."""

    def read(self, *_):
        raise AssertionError("the body was read")

    readline = read


@pytest.mark.parametrize(("role", "most"), [("county", 200_000_000), ("public", 8_000_000)])
@pytest.mark.parametrize(("language", "says"), [("zh", "不超过 {:,} 字节"), ("en", "at most {:,} bytes")])
def test_a_request_that_says_it_is_too_large_is_not_read(as_role, role, most, language, says):
    client = as_role(role)
    client.get(f"/?lang={language}")
    kind = "multipart/form-data; boundary=x"
    answer = client.generic("POST", "/counter/feeds/", b"", kind, CONTENT_LENGTH=str(1 << 30), **{"wsgi.input": Untouched()})
    assert answer.status_code == 413 and says.format(most) in words(answer) and "1,073,741,824" in words(answer)


def test_what_comes_is_counted_and_stopped_at_the_limit(as_role, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings.UPLOAD_BYTES, settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100_000, 1_000
    client = as_role("county")
    two = [SimpleUploadedFile(f"{name}.csv", b"x" * 70_000) for name in "ab"]
    answer = client.post("/counter/feeds/", {**FORM, "files": two})
    assert answer.status_code == 413 and "不超过 100,000 字节" in words(answer)
    assert not list(Path(tmp_path).rglob("*")) and not Batch.objects.exists() and not OriginalFile.objects.exists()
    assert client.post("/counter/feeds/", {**FORM, "files": two[:1]}).status_code == 422, "a file within the limit is looked at"


def test_a_hundred_and_one_files(as_role, sent):
    many = [SimpleUploadedFile(f"{n}.csv", b"x") for n in range(101)]
    assert as_role("county").post("/counter/feeds/", {**FORM, "files": many}).status_code == 413


def test_what_fits_is_taken_and_the_page_says_how_much_that_is(as_role, sent, settings):
    settings.UPLOAD_BYTES = 2_500_000
    client = as_role("county")
    assert 'data-most="2500000"' in client.get("/counter/feeds/").content.decode() and "2.5 MB" in words(client.get("/counter/feeds/"))
    assert client.post("/counter/feeds/", {**FORM, "files": [sent("a.csv", [POLICE, WOMAN])]}).status_code == 302
