"""A real WSGI server (gunicorn) over the program, with the rounds of deliveries and seals in it and a worker for jobs beside it."""

import errno
import os
import socket
import subprocess
import sys
import threading
from typing import Any, NoReturn

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import say


def claim(host: str, port: int) -> socket.socket:
    """The listening socket, taken before anything is built; who comes early waits. Raises BadInput: in use, not ours, no such address."""
    where = f"{host}:{port}"
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise BadInput(
                Trouble(
                    "port_in_use",
                    where,
                    ("这个端口已被占用", "the port is in use"),
                    remedy=("关掉占用它的程序，或用 --port 换一个", "stop what uses it, or choose another with --port"),
                )
            ) from None
        raise BadInput(
            Trouble(
                "address",
                where,
                (f"不能在这里监听（{error.strerror or error}）", f"cannot listen here ({error.strerror or error})"),
                remedy=("用 --host 和 --port 换一个", "choose others with --host and --port"),
            )
        ) from None
    listener.set_inheritable(True)
    return listener


def hand_over(listener: socket.socket) -> NoReturn:
    """Serves with a fresh program in place of this one, under the same number: what has worked with columns has threads that a server's
    children would miss for ever."""
    from django.db import connections

    connections.close_all()
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "yumiao.config.serving", str(listener.fileno())])  # noqa: S606


def serve(listener: socket.socket) -> int:
    """Serves until stopped by Ctrl-C or a signal; 0."""
    from django.db import connections
    from gunicorn.app.base import BaseApplication

    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in {
                "bind": f"fd://{listener.fileno()}",
                "workers": 2,
                "threads": 4,
                "worker_class": "gthread",
                "timeout": 60,
                "graceful_timeout": 5,
                "keepalive": 5,
                "proc_name": "yumiao",
                "loglevel": "warning",
                "control_socket_disable": True,
                "post_worker_init": _rounds,
                "when_ready": _ready(shown, port),
                "on_exit": _ended,
                "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108
            }.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            from .wsgi import application

            return application

    connections.close_all()
    Server().run()
    return 0


def _ready(host: str, port: int) -> Any:
    def when_ready(server: Any) -> None:
        server.jobs = Beside([sys.executable, "-m", "yumiao.config.cli", "work", "--jobs", "--beside", str(os.getpid())])
        print(say(f"打开 http://{host}:{port}/  （按 Ctrl-C 停止）", f"Open http://{host}:{port}/  (Ctrl-C to stop)"), flush=True)

    return when_ready


class Beside:
    """A process that runs as long as this one: one that dies, however, is started again after `rest` seconds."""

    def __init__(self, command: list[str], rest: float = 2.0):
        self.command, self.rest = command, rest
        self.ending = threading.Event()
        self.process = subprocess.Popen(command)
        threading.Thread(target=self._watch, name="beside", daemon=True).start()

    def _watch(self) -> None:
        while True:
            self.process.wait()
            if self.ending.wait(self.rest):
                return
            self.process = subprocess.Popen(self.command)

    def end(self) -> None:
        """Asks the process to end; it is not started again."""
        self.ending.set()
        self.process.terminate()


def _ended(server: Any) -> None:
    """The worker ends with the server; what it was doing waits for the next one. A server that is killed: the worker sees it by itself."""
    if hasattr(server, "jobs"):
        server.jobs.end()


def _rounds(worker: Any) -> None:
    from yumiao.wiring.rounds import in_background

    in_background()


if __name__ == "__main__":
    from yumiao.config.startup import start

    start()
    sys.exit(serve(socket.socket(fileno=int(sys.argv[1]))))
