"""The walls hold, and each of them would notice a breach: a copy of the tree with one forbidden import planted is refused."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .tree import ROOT, paths, read

LINT = Path(sys.executable).parent / "lint-imports"


def lint(where: Path, cache: Path) -> subprocess.CompletedProcess:
    """Import-linter on the tree in `where`, which is imported instead of the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(where), "COLUMNS": "200"}
    return subprocess.run([LINT, "--no-logo", "--cache-dir", str(cache)], cwd=where, env=environment, capture_output=True, text=True)


def test_the_walls_hold(tmp_path):
    result = lint(ROOT, tmp_path / "cache")
    assert result.returncode == 0, result.stdout + result.stderr


# what is planted: (contract that must break, {file: text added})
BREACHES = {
    "lib imports calc": ("1a.", {"yumiao/lib/language.py": "import yumiao.calc"}),
    "calc imports base": ("1a.", {"yumiao/calc/__init__.py": "import yumiao.base"}),
    "a new shelf": ("1a.", {"yumiao/attic/__init__.py": ""}),
    "a new package of base": ("1b.", {"yumiao/base/attic/__init__.py": ""}),
    "audit imports people": ("1b.", {"yumiao/base/audit/__init__.py": "import yumiao.base.people", "yumiao/base/people/__init__.py": ""}),
    "calc imports Django": ("1c.", {"yumiao/calc/planted.py": "import django"}),
    "engine imports engine": ("2a.", {"yumiao/engines/one/__init__.py": "import yumiao.engines.two", "yumiao/engines/two/__init__.py": ""}),
    "desk imports desk": ("2b.", {"yumiao/desks/portal/__init__.py": "import yumiao.desks.api", "yumiao/desks/api/__init__.py": ""}),
    "house imports desk": ("2b.", {"yumiao/desks/house/__init__.py": "import yumiao.desks.api", "yumiao/desks/api/__init__.py": ""}),
    "room imports room": (
        "2c.",
        {
            "yumiao_plans/honghe/support/__init__.py": "",
            "yumiao_plans/honghe/support/one/__init__.py": "import yumiao_plans.honghe.support.two.provisions",
            "yumiao_plans/honghe/support/two/__init__.py": "",
            "yumiao_plans/honghe/support/two/provisions.py": "",
        },
    ),
    "subject imports subject": (
        "2d.",
        {
            "yumiao_plans/china/one/__init__.py": "import yumiao_plans.china.two",
            "yumiao_plans/china/two/__init__.py": "",
        },
    ),
    "the machine imports a plan": ("3.", {"yumiao/config/planted.py": "import yumiao_plans.honghe"}),
    "a plan imports a tool": ("4a.", {"yumiao_plans/honghe/planted.py": "import yumiao.lib.errors"}),
    "a plan imports an engine's service": (
        "4a.",
        {
            "yumiao/engines/one/__init__.py": "",
            "yumiao/engines/one/service.py": "",
            "yumiao_plans/honghe/planted.py": "import yumiao.engines.one.service",
        },
    ),
    "state law imports the prefecture's": ("4b.", {"yumiao_plans/china/__init__.py": "import yumiao_plans.honghe"}),
    "a desk imports models": (
        "5.",
        {
            "yumiao/desks/portal/__init__.py": "import yumiao.base.people.models",
            "yumiao/base/people/__init__.py": "",
            "yumiao/base/people/models.py": "",
        },
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """Both packages' Python files and the contracts, copied once."""
    place = tmp_path_factory.mktemp("tree")
    for name in [*(name for name in paths() if name.endswith(".py") and name.startswith(("yumiao/", "yumiao_plans/"))), "pyproject.toml"]:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, place / name)
    return place


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_noticed(copy, tmp_path, breach):
    contract, planted = BREACHES[breach]
    before = {name: (copy / name).read_text() if (copy / name).exists() else None for name in planted}
    made = []
    try:
        for name, text in planted.items():
            for folder in reversed((copy / name).relative_to(copy).parents):
                if not (copy / folder).exists():
                    (copy / folder).mkdir()
                    made.append(copy / folder)
            (copy / name).write_text((before[name] or "") + "\n" + text + "\n")
        result = lint(copy, copy.parent / "cache")
    finally:
        for name, text in before.items():
            (copy / name).unlink() if text is None else (copy / name).write_text(text)
        for folder in reversed(made):
            shutil.rmtree(folder, ignore_errors=True)
    broken = [line for line in result.stdout.splitlines() if " BROKEN" in line]
    assert result.returncode == 1, result.stdout + result.stderr
    assert any(line.startswith(contract) for line in broken), result.stdout


def imports(name: str) -> set[str]:
    """The modules that a file imports, by their full names."""
    package = name.removesuffix(".py").split("/")[:-1]
    found = set()
    for node in ast.walk(ast.parse(read(name))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            found.add(".".join(part for part in (base, node.module) if part))
    return found


def test_what_engines_declare_stands_on_nothing_above_calc():
    allowed = ("yumiao.calc", "yumiao.lib")
    odd = [
        f"{name}: {module}"
        for name in paths()
        if name.startswith("yumiao/engines/") and name.endswith("/declare.py")
        for module in imports(name)
        if not module.startswith(allowed) and module.split(".")[0] not in sys.stdlib_module_names
    ]
    assert odd == []


def test_every_folder_with_python_is_a_package():
    """A folder without `__init__.py` is invisible to the contracts."""
    folders = {Path(name).parent for name in paths() if name.endswith(".py") and name.startswith(("yumiao/", "yumiao_plans/"))}
    above = {parent for folder in folders for parent in [folder, *folder.parents] if parent != Path()}
    assert sorted(str(folder) for folder in above if not (ROOT / folder / "__init__.py").exists()) == []
