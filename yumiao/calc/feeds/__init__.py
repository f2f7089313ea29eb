"""Departments' files, read against a contract: which kind a file is, which of its rows are about somebody, what in them cannot be used.

`load_feeds(plan)` gives the contracts, `check(...)` reads files against them and gives a `Batch`: rows = accepted + rejected + ignored for
each file and sheet, and a finding for everything that was mended, left unknown or refused. No database, no clock.
"""

from .batch import Batch, check
from .contracts import Contract, Feeds, load_feeds

__all__ = ["Batch", "Contract", "Feeds", "check", "load_feeds"]
