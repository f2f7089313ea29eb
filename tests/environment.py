"""The environment of every test, set before Django reads its settings (a plugin named in `pyproject.toml`).

Tests never see the variables of whoever runs them, and never write into the checkout's `var/`, compiled Python apart.
`DATABASE_URL` alone passes through: with it the same tests run on PostgreSQL.

Compiled Python is kept in `var/pycache` for the next run, whatever `PYTHONDONTWRITEBYTECODE` says: without it every worker and every
process that a test starts compiles Django, Polars and the tests anew, which takes longer than most tests.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

KEPT = {"YUMIAO_SHARED", "YUMIAO_PROVE", "YUMIAO_SEED", "YUMIAO_PICTURES", "YUMIAO_CHROMIUM", "YUMIAO_TEST_HOME"}

for name in [name for name in os.environ if name.startswith("YUMIAO_") and name not in KEPT]:
    del os.environ[name]

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(__file__).resolve().parent.parent / "var" / "pycache"))
sys.dont_write_bytecode, sys.pycache_prefix = False, os.environ["PYTHONPYCACHEPREFIX"]

if "YUMIAO_TEST_HOME" not in os.environ:  # workers share the folder of the process that started them
    os.environ["YUMIAO_TEST_HOME"] = tempfile.mkdtemp(prefix="yumiao-tests-")
    atexit.register(shutil.rmtree, os.environ["YUMIAO_TEST_HOME"], ignore_errors=True)

HOME = Path(os.environ["YUMIAO_TEST_HOME"])
os.environ["YUMIAO_VAR"] = str(HOME / os.environ.get("PYTEST_XDIST_WORKER", "main"))
os.environ["YUMIAO_HTTPS"] = "0"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop of its own in the thread of the test
