"""What may stand in the tree and what may not."""

import re

import pytest

from . import tree

# spelt in parts, so that this file is not what it looks for
HOSTS = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "deb." + "debian.org",
    "security." + "debian.org",
    "yarn" + "pkg.com",
    "jsdel" + "ivr.net",
    "un" + "pkg.com",
    "proxy." + "golang.org",
    "crates" + ".io",
    "index" + "-url",
    "find" + "-links",
]
SECRETS = [
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE " + "KEY-----",
    r"\bAK" + r"IA[0-9A-Z]{16}\b",
    r"\bgh[pousr]_" + r"[A-Za-z0-9]{36}\b",
    r"\bxox[abprs]-" + r"[A-Za-z0-9-]{20,}",
    r"\bsk-" + r"[A-Za-z0-9]{32,}\b",
    r"(?i)\b(?:secret_key|password|passwd|token|api_key)\b\s*[:=]\s*[\"'](?!\s*[\"'])[A-Za-z0-9+/_\-!@#$%^&*]{16,}[\"']",
    r"\b[a-z]+://[^/\s:@{}<>“”]+:(?!password@|口令@)[^/\s:@{}<>]{6,}@(?![\w.\-]*\b(?:example|local|invalid|localhost|host)\b)[a-z0-9.\-]+",
]
LEFT_OVER = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "raise NotImplemented" + "Error", "lorem" + " ipsum"]
ADDRESSES_ALLOWED_IN = {"tools/lock"}  # it names uv's options that keep addresses out of the locks
LIMIT = 400


def hits(patterns: list[str], names: list[str], literal: bool = True) -> list[str]:
    """`file:line: what was found` for each pattern found."""
    found = []
    for name in names:
        text = tree.read(name)
        for pattern in patterns:
            for match in re.finditer(re.escape(pattern) if literal else pattern, text):
                found.append(f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()[:40]}")
    return found


def test_no_address_of_a_package_registry_stands_in_the_tree():
    names = [name for name in tree.texts(vendored=True) if name not in ADDRESSES_ALLOWED_IN]
    assert hits(HOSTS, names) == []


def test_no_lock_that_carries_addresses_is_in_the_tree():
    assert [
        name for name in tree.paths() if name.endswith(("uv.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "poetry.lock"))
    ] == []


def test_no_secret_stands_in_the_tree():
    assert hits(SECRETS, tree.texts(), literal=False) == []


@pytest.mark.parametrize(
    "planted",
    [
        "-----BEGIN RSA PRIVATE " + "KEY-----",
        "AK" + "IA" + "ABCDEFGHIJKLMNOP",
        "SECRET_KEY = '" + "x" * 50 + "'",
        "postgresql://app:" + "hunter2secret@db.honghe.gov",
    ],
)
def test_a_planted_secret_would_be_found(planted):
    assert any(re.search(pattern, planted) for pattern in SECRETS)


def test_nothing_is_left_for_later_in_words():
    assert hits(LEFT_OVER, tree.texts(".py", ".html", ".js", ".css", ".yaml", ".md", ".toml")) == []


@pytest.mark.parametrize("kind", [".py"])
def test_files_stay_small(kind):
    long = {name: lines for name in tree.texts(kind) if "/migrations/" not in name and (lines := tree.read(name).count("\n")) > LIMIT}
    assert long == {}, f"longer than {LIMIT} lines: part them"


def test_our_text_is_utf8_with_unix_line_ends():
    odd = []
    for name in tree.texts(".py", ".md", ".yaml", ".html", ".css", ".js", ".toml", ".in", ".txt"):
        raw = (tree.ROOT / name).read_bytes()
        if name.startswith("tests/") and not name.endswith((".py", ".md")):
            continue  # tests keep files of other encodings on purpose
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            odd.append(f"{name}: not UTF-8")
        if b"\r\n" in raw:
            odd.append(f"{name}: CRLF")
        if raw.startswith(b"\xef\xbb\xbf"):
            odd.append(f"{name}: byte order mark")
    assert odd == []


def test_no_file_is_too_large_for_a_checkout():
    assert {name: size for name in tree.paths() if (size := (tree.ROOT / name).stat().st_size) > 3_000_000} == {}


def test_scripts_can_be_run():
    dead = [
        name
        for name in tree.paths()
        if tree.read(name).startswith("#!") and not (tree.ROOT / name).stat().st_mode & 0o111 and name != ".ci/run"
    ]
    assert dead == []
