"""`yumiao …` in this process: arguments in, exit code and bytes out. `process` starts one of its own, where that is the point."""

import io
import os
import subprocess
import sys
from unittest import mock

from yumiao.config.cli import main


def _stream(raw: bytes = b"") -> io.TextIOWrapper:
    """A stream as a shell without a locale gives it: what the program writes in it must not need another."""
    return io.TextIOWrapper(io.BytesIO(raw), encoding="ascii", errors="strict", write_through=True)


def yumiao(*arguments, language="zh", text=b"") -> subprocess.CompletedProcess[bytes]:
    """The command run by its own `main`; an exception that `main` lets out fails the test."""
    given = [str(one) for one in arguments]
    out, err = _stream(), _stream()
    with (
        mock.patch.dict(os.environ, {"YUMIAO_LANG": language}),
        mock.patch.multiple(sys, argv=["yumiao", *given], stdin=_stream(text or b""), stdout=out, stderr=err),
    ):
        code = main(given)
    return subprocess.CompletedProcess(given, code, out.buffer.getvalue(), err.buffer.getvalue())


def process(*arguments, language="zh", text=None) -> subprocess.CompletedProcess[bytes]:
    """The same as people run it: a process, in a shell without a locale."""
    environment = {**os.environ, "YUMIAO_LANG": language, "PYTHONUTF8": "0", "LC_ALL": "C"}
    return subprocess.run(
        [sys.executable, "-m", "yumiao", *map(str, arguments)], capture_output=True, env=environment, input=text, timeout=60
    )
