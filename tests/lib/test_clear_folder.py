"""What lies open for a moment is gone afterwards, also where whoever opened it was killed; what another holds stays."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from yumiao.lib.clear_folder import PREFIX, clear_folder

HOLD = """
import sys, time
from yumiao.lib.clear_folder import clear_folder
with clear_folder() as folder:
    (folder / "secret").write_text("x")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


def test_it_is_its_owners_and_gone_afterwards(place):
    with clear_folder() as folder:
        assert folder.parent == place and folder.stat().st_mode & 0o777 == 0o700
        (folder / "secret").write_text("x")
    with pytest.raises(ZeroDivisionError), clear_folder():
        1 / 0  # noqa: B018
    assert not list(place.glob(f"{PREFIX}*"))


def test_many_at_once_each_have_their_own(place):
    def hold(_):
        for _ in range(60):
            with clear_folder() as folder:
                (folder / "secret").write_text("x")
                assert [one.name for one in folder.iterdir()] == ["secret"]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hold, range(8)))
    assert not list(place.glob(f"{PREFIX}*"))


def test_whoever_is_killed_leaves_it_to_the_next(place, root):
    holder = subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True, cwd=root)
    left = holder.stdout.readline().strip()
    with clear_folder():
        assert (place / left / "secret").exists(), "somebody holds it"
    holder.send_signal(signal.SIGKILL)
    holder.wait(10)
    holder.stdout.close()
    assert (place / left / "secret").exists()
    (place / f"{PREFIX}other").symlink_to(place)
    with clear_folder() as mine:
        assert not (place / left).exists() and mine.exists()
    assert [one.name for one in place.glob(f"{PREFIX}*")] == [f"{PREFIX}other"]
