"""The environment read once, with refusals that name the variable. `docs/settings.md` lists every name."""

import datetime as dt
import ipaddress
import os
import re
import secrets
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.paths import reason

ROOT = Path(__file__).resolve().parents[2]
KEY = re.compile(r"\d{1,3}:[0-9a-f]{64}")


def refuse(name: str, found: tuple[str, str], expected: tuple[str, str]) -> BadInput:
    """The error for a variable that cannot be taken."""
    return BadInput(Trouble("setting", name, found, expected, (f"改正环境变量 {name}，或去掉它", f"mend the variable {name}, or unset it")))


def text(name: str, default: str = "") -> str:
    """The variable without surrounding blanks; `default` where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def switch(name: str, default: bool) -> bool:
    """1, true, yes, on or 0, false, no, off. Raises BadInput for anything else."""
    raw = text(name).lower()
    if not raw:
        return default
    if raw in ("1", "true", "yes", "on"):
        return True
    if raw in ("0", "false", "no", "off"):
        return False
    raise refuse(name, (f"“{raw}”", f"{raw!r}"), ("1 或 0", "1 or 0"))


def whole(name: str, default: int) -> int:
    """A whole number, 0 or more. Raises BadInput."""
    raw = text(name)
    if not raw:
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) < 10):
        raise refuse(name, (f"“{raw}”", f"{raw!r}"), ("0 或正整数", "0 or a whole number above it"))
    return int(raw)


def names(name: str, default: str) -> list[str]:
    """A list parted by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Networks such as 10.0.0.0/8, parted by commas. Raises BadInput."""
    try:
        return [ipaddress.ip_network(part) for part in names(name, "")]
    except ValueError:
        raise refuse(name, (f"“{text(name)}”", repr(text(name))), ("10.0.0.0/8 这样的网段", "networks such as 10.0.0.0/8")) from None


def day(name: str) -> dt.date | None:
    """An ISO date, or None where unset. Raises BadInput."""
    raw = text(name)
    if not raw:
        return None
    try:
        return dt.date.fromisoformat(raw)
    except ValueError:
        raise refuse(name, (f"“{raw}”", f"{raw!r}"), ("2025-10-20 这样的日期", "a date such as 2025-10-20")) from None


def choice(name: str, default: str, known: tuple[str, ...]) -> str:
    """One of `known`, in capitals. Raises BadInput."""
    raw = text(name, default).upper()
    if raw not in known:
        raise refuse(name, (f"“{raw}”", f"{raw!r}"), ("、".join(known), ", ".join(known)))
    return raw


def plan() -> str:
    """The plan that `YUMIAO_PLAN` picks: the name of an installed one, or a folder. Raises BadInput."""
    raw = text("YUMIAO_PLAN", "honghe")
    known = sorted(entry.name for entry in entry_points(group="yumiao.plans"))
    if raw not in known and not (Path(raw) / "plan.yaml").exists():
        raise refuse("YUMIAO_PLAN", (f"没有方案“{raw}”", f"there is no plan {raw!r}"), ("、".join(known), ", ".join(known)))
    return raw


def var_folder() -> Path:
    """Where the installation keeps what it writes: `YUMIAO_VAR`, else `var/` of the checkout, else `var/` of the working folder."""
    chosen = text("YUMIAO_VAR")
    if chosen:
        return Path(chosen).resolve()
    return (ROOT if (ROOT / "pyproject.toml").exists() else Path.cwd()) / "var"


def folder(path: Path) -> Path:
    """The folder, made if need be. Raises BadInput."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refuse(
            "YUMIAO_VAR",
            (f"{path} 建不了（{reason(error)[0]}）", f"{path} cannot be made ({reason(error)[1]})"),
            ("一个可写的文件夹", "a folder that can be written"),
        ) from None
    return path


def secret_key(var: Path) -> str:
    """`YUMIAO_SECRET_KEY`, else a key made once and kept in `var/secret_key`, readable by its owner only. Raises BadInput."""
    given = text("YUMIAO_SECRET_KEY")
    if given:
        if len(given) < 40:
            raise refuse("YUMIAO_SECRET_KEY", (f"只有 {len(given)} 个字符", f"{len(given)} characters"), ("至少 40 个", "at least 40"))
        return given
    kept = _kept(var / "secret_key", lambda: secrets.token_urlsafe(60))
    if len(kept) < 40:
        raise _not_whole(var / "secret_key", ("删去这个文件，会重新生成", "delete the file; a new one is made"))
    return kept


def data_keys(var: Path) -> str:
    """The keys under which facts of class 3 are sealed, lines of `number:hex` with 32 bytes each: `YUMIAO_DATA_KEYS`, else those kept in
    `var/data_keys`, made once, readable by the owner only. Without them the sealed facts are lost. Raises BadInput."""
    given = text("YUMIAO_DATA_KEYS")
    kept = given or _kept(var / "data_keys", lambda: f"1:{secrets.token_hex(32)}")
    lines = kept.split()
    if not lines or not all(KEY.fullmatch(line) and 0 < int(line.partition(":")[0]) < 256 for line in lines):
        if given:
            raise refuse(
                "YUMIAO_DATA_KEYS",
                ("不是密钥", "no keys"),
                ("编号:64 位十六进制，空格分隔", "number:64 hexadecimal digits, parted by blanks"),
            )
        raise _not_whole(
            var / "data_keys",
            (
                "从备份中取回这个文件；没有它，密封的事实打不开",
                "bring the file back from the backup: sealed facts cannot be opened without it",
            ),
        )
    return "\n".join(lines)


def _not_whole(path: Path, remedy: tuple[str, str]) -> BadInput:
    return BadInput(Trouble("setting", str(path), ("密钥不完整", "the key is not whole"), remedy=remedy))


def _kept(path: Path, make: Callable[[], str]) -> str:
    """What the file says; made once, whole, readable by its owner only. Raises BadInput."""
    var = path.parent
    try:
        var.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            draft = var / f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}"
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(make())
            try:
                os.link(draft, path)  # the first process wins, whole; the others read its key
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise refuse(
            "YUMIAO_VAR",
            (f"{var} 不能读写（{reason(error)[0]}）", f"{var} cannot be written ({reason(error)[1]})"),
            ("一个可写的文件夹", "a folder that can be written"),
        ) from None


def database(var: Path) -> dict[str, Any]:
    """Django's settings of the one database: PostgreSQL by `DATABASE_URL`, else SQLite (WAL) in `var/yumiao.sqlite3`. Raises BadInput."""
    url = text("DATABASE_URL")
    if not url:
        return sqlite(var / "yumiao.sqlite3")
    parts = urlsplit(url)
    expected = (
        "postgresql://用户:口令@主机:5432/库名，或 sqlite:////路径/文件",
        "postgresql://user:password@host:5432/name or sqlite:////path/file",
    )
    if parts.scheme == "sqlite" and len(parts.path) > 1:
        return sqlite(Path(unquote(parts.path[1:])).resolve())
    try:
        port = parts.port
    except ValueError:
        raise refuse("DATABASE_URL", ("端口不是数字", "the port is not a number"), expected) from None
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgresql", "postgres") or not name:
        raise refuse("DATABASE_URL", (f"“{parts.scheme}://…”", f"{parts.scheme}://…"), expected)
    more = dict(parse_qsl(parts.query))
    host = more.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(more.pop("port", "") or port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": more,
    }


def sqlite(path: Path) -> dict[str, Any]:
    """An embedded database: readers never wait, writers take their lock at the start, and every commit is on the disk."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # its owner's alone, and so the journal beside it
    except OSError as error:
        raise refuse(
            "YUMIAO_VAR",
            (f"{path} 不能读写（{reason(error)[0]}）", f"{path} cannot be written ({reason(error)[1]})"),
            ("一个可写的地方", "a place that can be written"),
        ) from None
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }
