"""The product as it is served, started and stopped for one measurement; and a client that keeps its connection."""

import http.client
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.measuring import environment, wrong


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Client(http.client.HTTPConnection):
    """One connection, kept open, with the cookies of its visit; `opened` counts how often it had to be opened."""

    def __init__(self, port: int):
        super().__init__("127.0.0.1", port, timeout=60)
        self.opened = 0
        self.cookies: dict[str, str] = {}

    def connect(self) -> None:
        """Opens, and counts it."""
        self.opened += 1
        super().connect()

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
        """Status and body of one request."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        self.request(method, path, body, headers | ({"Content-Type": kind} if kind else {}))
        answer = self.getresponse()
        text = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text

    def submit(self, path: str, **fields: str) -> int:
        """Status of a form sent, with the token that the server gave before."""
        fields["csrfmiddlewaretoken"] = self.cookies["ym_csrf"]
        return self.ask("POST", path, urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded")[0]


@contextmanager
def serving(command: list[str], where: Path, **variables: str) -> Iterator[tuple[int, float]]:
    """Runs `command`, PORT in it replaced, in `where` until the block ends: the port, and the seconds until the first page came.

    SystemExit where it stops by itself, does not come up, or wrote a traceback."""
    port = free_port()
    arguments = [part.replace("PORT", str(port)) for part in command]
    with tempfile.TemporaryFile() as log:

        def told() -> str:
            log.seek(0)
            return log.read().decode(errors="replace")[-3000:]

        began = time.perf_counter()
        process = subprocess.Popen(
            arguments, cwd=where, env=environment(**variables), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        try:
            while not _opens(port):
                if process.poll() is not None:
                    raise wrong(f"{' '.join(arguments)}: exit {process.returncode}\n{told()}")
                if time.perf_counter() - began > 600:
                    raise wrong(f"{' '.join(arguments)}: not served after ten minutes\n{told()}")
                time.sleep(0.02)
            yield port, time.perf_counter() - began
        finally:
            _stop(process)
        if "Traceback" in told():
            raise wrong(f"{' '.join(arguments)}: errors in what it wrote\n{told()}")


def _opens(port: int) -> bool:
    """Whether the first page is there and ours. Who comes while it is being built waits."""
    with suppress(OSError, http.client.HTTPException):
        status, text = Client(port).ask("GET", "/")
        if status != 200 or "育苗" not in text.decode():
            raise wrong(f"the first page: status {status}, {text[:300].decode(errors='replace')}")
        return True
    return False


def _stop(process: subprocess.Popen) -> None:
    """Stops the process and all that it started, and waits until they are gone."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + 15
        try:
            os.killpg(process.pid, how)
            while time.monotonic() < until:
                process.poll()
                os.killpg(process.pid, 0)
                time.sleep(0.02)
        except ProcessLookupError:  # nobody of the group is left
            return
