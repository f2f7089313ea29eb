"""A worker: takes up waiting jobs one by one, beats while it works, and writes nothing for a job that is no longer its own."""

import datetime as dt
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, OperationalError, close_old_connections, connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from yumiao.lib.errors import YumiaoError, in_both, place_of

from . import slate
from .declare import Over, Worker
from .models import Job
from .service import worker_of
from .slate import Told

ATTEMPTS = 3
BEAT = 5.0  # seconds between two beats
STALE = dt.timedelta(seconds=45)
TELL = 0.5  # seconds between two words of progress that are written
log = logging.getLogger(__name__)


class Hands:
    """One worker. Set `stop` to let it end: a job in hand is put back to wait."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(6)}"
        self.stop = threading.Event()

    def work_one(self) -> bool:
        """Takes up one job and does it; False where none waits."""
        find_lost()
        for number in Job.objects.filter(state=Job.WAITING).order_by("pk").values_list("pk", flat=True)[:10]:
            if self.stop.is_set():
                return False
            now = timezone.now()
            mine = Job.objects.filter(pk=number, state=Job.WAITING).update(
                state=Job.RUNNING, worker=self.name, began_at=now, beat_at=now, attempts=F("attempts") + 1, done=0, whole=None
            )
            if mine:
                job = Job.objects.get(pk=number)
                self._do(InHand(self, job.pk, job.about), worker_of(job.kind), job.kind)
                return True
        return False

    def keep_going(self, every: float = 1.0) -> None:
        """Job after job until `stop`; a database that is away for a while is tried again, and said."""
        while not self.stop.is_set():
            try:
                close_old_connections()
                if self.work_one():
                    continue
            except DatabaseError as error:
                log.warning("no job taken up: %s", type(error).__name__)
            self.stop.wait(every)

    def _do(self, work: "InHand", worker: Worker | None, kind: str) -> None:
        try:
            with work.beating():
                if worker is None:
                    work.fail("no_worker", f"这一版没有人做“{kind}”", f"nothing in this version does {kind}")
                    return
                worker(work)
                work.end(Job.DONE)
        except Over as over:
            if over.why == "cancelled":
                work.end(Job.CANCELLED)
            elif over.why == "stopped":
                work.let_go()
        except YumiaoError as error:
            first = error.troubles[0]
            work.fail(first.code, *in_both(error))
        except OperationalError as error:  # the database was away or busy: nothing is wrong with the work
            log.warning("job %s put back: %s", work.number, type(error).__name__)
            work.let_go(counted=True)
        except Exception as error:
            log.warning("job %s failed: %s", work.number, place_of(error))
            work.fail("fault", f"程序出错：{place_of(error)}", f"a fault of the program: {place_of(error)}")


class InHand:
    """A job in the hands of its worker: see `declare.Work`."""

    def __init__(self, hands: Hands, number: int, about: str):
        self.hands, self.number, self.about = hands, number, about
        self.told = 0.0
        self.said: Told | None = None
        self.news = threading.Event()

    def mine(self):
        """The row, as long as it is this worker's."""
        return Job.objects.filter(pk=self.number, worker=self.hands.name, state=Job.RUNNING)

    def tell(self, done: int, whole: int, words: tuple[str, str] = ("", "")) -> None:
        """How far it has come; written twice a second at most. Raises Over."""
        if not self._may_tell(done, whole):
            return
        try:
            here = self.mine().update(done=done, whole=whole, words_zh=words[0][:200], words_en=words[1][:200], beat_at=timezone.now())
            stopping = here and self.mine().filter(stopping=True).exists()
        except OperationalError:  # somebody else writes for long: progress can wait, the work goes on
            return
        if not here:
            raise Over("taken")
        if stopping:
            raise Over("cancelled")

    def aside(self, done: int, whole: int, words: tuple[str, str] = ("", "")) -> None:
        """`tell` from inside a transaction that stands for long: whoever looks sees it at once. Raises Over."""
        if not self._may_tell(done, whole):
            return
        self.said = Told(self.hands.name, done, whole, (words[0][:200], words[1][:200]))
        if slate.beside():
            with suppress(OSError):  # progress can wait, the work goes on
                slate.put(self.number, self.said)
        self.news.set()  # else the thread that beats writes it
        if not self.mine().exists():
            raise Over("taken")
        if self.mine().filter(stopping=True).exists():
            raise Over("cancelled")

    def _may_tell(self, done: int, whole: int) -> bool:
        if self.hands.stop.is_set():
            raise Over("stopped")
        now = time.monotonic()
        if now - self.told < TELL and done < whole:
            return False
        self.told = now
        return True

    @contextmanager
    def complete(self) -> Iterator[None]:
        """What is written inside stands together with the mark that the job is done, or not at all. Raises Over."""
        with transaction.atomic():
            said, whole = self.said, Coalesce("whole", "done")
            last = {"whole": said.whole, "words_zh": said.words[0], "words_en": said.words[1]} if said else {}
            now = timezone.now()
            if not self.mine().filter(stopping=False).update(
                state=Job.DONE, ended_at=now, done=said.whole if said else whole, **last
            ):  # fmt: skip
                raise Over("cancelled" if self.mine().exists() else "taken")
            yield

    def let_go(self, counted: bool = False) -> None:
        """Lets the job wait again; `counted` keeps the attempt, and after the last one it is for `find_lost` to name it."""
        if counted:
            self.mine().update(beat_at=timezone.now() - STALE - STALE)
        else:
            self.mine().update(state=Job.WAITING, worker="", attempts=F("attempts") - 1, beat_at=None)

    def end(self, state: str) -> None:
        """Marks the job as over, where it is not yet."""
        self.mine().update(state=state, ended_at=timezone.now())

    def fail(self, code: str, zh: str, en: str) -> None:
        """Marks the job as failed, with the reason in both languages."""
        self.mine().update(state=Job.FAILED, ended_at=timezone.now(), code=code[:60], fault_zh=zh[:1000], fault_en=en[:1000])

    @contextmanager
    def beating(self) -> Iterator[None]:
        """A thread beside the work says every few seconds that this worker lives, and what it says aside."""
        quiet = threading.Event()

        def beat() -> None:
            while not quiet.is_set():
                self.news.wait(BEAT)
                self.news.clear()
                if quiet.is_set():
                    return
                try:
                    self._beat()
                except DatabaseError:
                    pass
                finally:
                    connection.close()
                quiet.wait(TELL)

        thread = threading.Thread(target=beat, name=f"beat {self.number}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            quiet.set()
            self.news.set()
            thread.join(BEAT)
            if slate.beside():
                slate.wipe(self.number)

    def _beat(self) -> None:
        told = self.said
        if told is None:
            self.mine().update(beat_at=timezone.now())
        elif slate.beside():  # the work holds the database: a write would only wait
            slate.beat(self.number)
        else:
            self.mine().update(
                beat_at=timezone.now(), done=told.done, whole=told.whole, words_zh=told.words[0], words_en=told.words[1]
            )  # fmt: skip


def find_lost() -> int:
    """Jobs whose worker is silent wait again, or are named lost after `ATTEMPTS`; how many there were. Any number of workers may look."""
    silent = Job.objects.filter(state=Job.RUNNING, beat_at__lt=timezone.now() - STALE)
    lives = [one for one in silent.values_list("pk", flat=True) if slate.beside() and slate.silent_for(one) < STALE.total_seconds()]
    silent = silent.exclude(pk__in=lives)
    if not silent.exists():
        return 0
    now = timezone.now()
    cancelled = silent.filter(stopping=True).update(state=Job.CANCELLED, ended_at=now)
    lost = silent.filter(attempts__gte=ATTEMPTS).update(
        state=Job.FAILED, ended_at=now, code="lost",
        fault_zh=f"做它的进程 {ATTEMPTS} 次都没有做完就不见了", fault_en=f"its worker died {ATTEMPTS} times before it was done",
    )  # fmt: skip
    return cancelled + lost + silent.update(state=Job.WAITING, worker="", beat_at=None)
