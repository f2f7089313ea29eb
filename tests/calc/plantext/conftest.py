"""The two texts that are held against their plans: an invented one, always; the official one where it is at hand."""

import os
from pathlib import Path

import pytest

from tests.calc.plantext.held import BROOKVALE, HONGHE, Held


@pytest.fixture(scope="session")
def brookvale() -> Held:
    """The invented text and its plan."""
    return Held((BROOKVALE / "text.txt").read_text(encoding="utf-8"), BROOKVALE)


@pytest.fixture(scope="session")
def honghe(root: Path) -> Held:
    """The official text and the plan of Honghe; skipped where the text is not at hand."""
    file = Path(os.environ.get("YUMIAO_SHARED") or root.parent / "shared") / "plan" / "official-text.txt"
    if not file.is_file():
        pytest.skip("the official text is not at hand (folder ../shared, or YUMIAO_SHARED)")
    return Held(file.read_text(encoding="utf-8"), HONGHE)


@pytest.fixture(params=["brookvale", "honghe"])
def held(request: pytest.FixtureRequest) -> Held:
    """Each of the two in turn."""
    return request.getfixturevalue(request.param)
