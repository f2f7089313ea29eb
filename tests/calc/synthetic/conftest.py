"""A tenth of the prefecture and its snapshot, made once; and the marginals as they are."""

import datetime as dt

import pytest

from yumiao.calc.synthetic import Marginals, Prefecture, generate, read_marginals

ON = dt.date(2025, 10, 20)
SEED = 20251020


@pytest.fixture(scope="session")
def marginals() -> Marginals:
    """Those of Honghe."""
    return read_marginals("honghe")


@pytest.fixture(scope="session")
def tenth(marginals) -> Prefecture:
    """A prefecture with a tenth of the people, complete in itself."""
    return generate(marginals.scaled(0.1), seed=SEED, on=ON, identities=True)


@pytest.fixture(scope="session")
def fiftieth(marginals) -> Marginals:
    """Marginals for about 90,000 people."""
    return marginals.scaled(0.02)
