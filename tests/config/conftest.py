"""The program run as a process of its own, as people run it, on databases of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

PROGRAM = [sys.executable, "-m", "yumiao.config.cli"]


class Program:
    """`yumiao` with a folder and, where the tests run on PostgreSQL, a database of its own."""

    def __init__(self, folder: Path, url: str | None, static: Path):
        self.folder, self.url, self.static = folder, url, static

    def environment(self, **more: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("YUMIAO_") and name != "DATABASE_URL"}
        clean |= {"YUMIAO_PREFECTURE": "0", "YUMIAO_REGISTRY": "0"}  # a test that wants people asks for them
        return {**clean, "YUMIAO_VAR": str(self.folder), **({"DATABASE_URL": self.url} if self.url else {}), **more}

    def __call__(self, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([*PROGRAM, *map(str, arguments)], env=self.environment(**more), capture_output=True, text=True, timeout=300)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def start(self, *arguments: object, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*PROGRAM, *map(str, arguments)], env=self.environment(**more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def collected(self) -> None:
        """Puts the files of the pages there as an earlier run collected them."""
        if self.static.exists() and not (self.folder / "static").exists():
            shutil.copytree(self.static, self.folder / "static")

    def build(self, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        """`yumiao demo --no-serve`, with the files of the pages collected already."""
        self.collected()
        return self("demo", "--no-serve", *arguments, **more)

    def sql(self, *statements: str) -> list[tuple]:
        """Statements run behind the program's back; the rows of the last."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url, autocommit=True) as connection:
                for statement in statements:
                    cursor = connection.execute(statement)
                return cursor.fetchall() if cursor.description else []
        import sqlite3

        connection = sqlite3.connect(self.folder / "yumiao.sqlite3")
        try:
            with connection:
                for statement in statements:
                    rows = connection.execute(statement).fetchall()
            return rows
        finally:
            connection.close()


def _databases() -> str:
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def _statement(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def _named(url: str, name: str) -> str:
    return url.replace(f"{urlsplit(url).path}?", f"/{name}?")


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Iterator[Program]:
    """A demonstration built once for all tests that start from one."""
    folder, url = tmp_path_factory.mktemp("template") / "var", _databases()
    name = f"template_{os.getpid()}"
    if url:
        _statement(url, f"CREATE DATABASE {name}")
    one = Program(folder, _named(url, name) if url else None, folder / "static")
    done = one("demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    yield one
    if url:
        _statement(url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def program(tmp_path, template) -> Iterator[Program]:
    """The program where nothing was built yet."""
    yield from _program(tmp_path, template, "")


@pytest.fixture
def built(tmp_path, template) -> Iterator[Program]:
    """The program with a demonstration of its own."""
    shutil.copytree(template.folder, tmp_path / "var")
    yield from _program(tmp_path, template, f"TEMPLATE template_{os.getpid()}")


def _program(tmp_path: Path, template: Program, how: str) -> Iterator[Program]:
    url, name = _databases(), f"own_{os.getpid()}"
    if not url:
        yield Program(tmp_path / "var", None, template.static)
        return
    _statement(url, f"CREATE DATABASE {name} {how}")
    try:
        yield Program(tmp_path / "var", _named(url, name), template.static)
    finally:
        _statement(url, f"DROP DATABASE {name} WITH (FORCE)")
