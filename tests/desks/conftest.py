"""A small prefecture, complete in itself; made once for all tests of desks."""

import datetime as dt
from pathlib import Path

import pytest

from yumiao.calc.synthetic import generate, read_marginals

ON = dt.date(2025, 10, 20)


@pytest.fixture(scope="session")
def prefecture(tmp_path_factory) -> Path:
    """The snapshot of about 9,000 people."""
    return generate(read_marginals("honghe").scaled(0.002), seed=4, on=ON).write(tmp_path_factory.mktemp("prefecture") / "snapshot")
