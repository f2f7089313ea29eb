"""Departments' files about invented people, with the dirt of real ones, and the truth kept beside them. Nobody in them exists.

`write_departments(prefecture, folder, seed)` writes the files of all seven departments: for the demonstration's registry, and for
`proof`, which holds what was read of them against the people; `write_counties` writes them county by county, for a whole prefecture.
`write_feeds(prefecture, folder, seed)` writes six files with names of its own making, on which linkage was learnt and is measured.
"""

from .departments import Sent, write_counties, write_departments
from .files import Truth, write_feeds

__all__ = ["Sent", "Truth", "write_counties", "write_departments", "write_feeds"]
