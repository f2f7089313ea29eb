"""Long commands say on stderr how far they have come, and nothing of it under `--json`."""

import io
import sys
import threading

import pytest

from tests.calc.feeds.files import PEOPLE_HEAD, number, text
from tests.config.running import yumiao
from yumiao.config.commands import progress as module
from yumiao.config.commands.progress import Progress

WOMAN = [number(), "李梅", "女", "1990-01-01", "哈尼族", "蒙自市"]


class Heard(io.StringIO):
    """A stream that tells when so many words were written to it."""

    def __init__(self, terminal: bool, wanted: int = 1):
        super().__init__()
        self.terminal, self.wanted, self.enough = terminal, wanted, threading.Event()

    def isatty(self) -> bool:
        return self.terminal

    def write(self, said: str) -> int:
        self.wanted -= "秒" in said
        if self.wanted <= 0:
            self.enough.set()
        return super().write(said)


@pytest.fixture
def at_once(monkeypatch):
    for name in ("PATIENCE", "PACE", "QUIET"):
        monkeypatch.setattr(module, name, 0.01)


def test_a_short_command_says_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Heard(True))
    with Progress() as progress:
        progress.tell(1, 2, ("读", "reading"))
    assert sys.stderr.getvalue() == ""


@pytest.mark.parametrize("terminal", [True, False])
def test_a_long_step_is_seen_to_go_on(at_once, monkeypatch, terminal):
    heard = Heard(terminal, wanted=3)
    monkeypatch.setattr(sys, "stderr", heard)
    with Progress() as progress:
        progress.tell(1, 2, ("读户籍.csv", "reading"))
        assert heard.enough.wait(30), "nothing more was said while the step lasted"
    said = heard.getvalue()
    assert said.count("1 / 2 读户籍.csv · 0 秒") >= 3 and said.endswith("\r\033[K" if terminal else "\n")
    progress.tell(2, 2, ("完", "done"))
    assert heard.getvalue() == said, "something was said after the end"


def test_quiet_says_nothing(at_once, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Heard(False))
    with Progress(quiet=True) as progress:
        for at in range(3):
            progress.tell(at, 3, ("读", "reading"))
    assert sys.stderr.getvalue() == ""


@pytest.mark.parametrize("as_json", [True, False])
def test_files_are_named_while_they_are_checked_and_linked(monkeypatch, tmp_path, as_json):
    monkeypatch.setattr(module, "PATIENCE", 0)
    monkeypatch.setattr(module, "QUIET", 0)
    file = text(tmp_path / "户籍人口.csv", [PEOPLE_HEAD, WOMAN])
    more = ["--json"] if as_json else []
    for done in (
        yumiao("feeds", "load", "police", file, "--dry-run", *more),
        yumiao("link", tmp_path, "--out", tmp_path / "c.csv", "--rules-only", *more),
    ):
        assert done.returncode == 0, done.stderr.decode()
        assert (file.name in done.stderr.decode("utf-8")) is not as_json
        assert "秒" not in done.stdout.decode()
