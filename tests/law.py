"""The plan of Honghe, read once for all tests of a process: nobody changes a plan that was read."""

from functools import cache

from yumiao.calc.provisions import load_plan
from yumiao.calc.provisions.load import Plan


@cache
def honghe() -> Plan:
    """The plan as `load_plan("honghe")` gives it."""
    return load_plan("honghe")
