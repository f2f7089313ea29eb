"""A province or the country: the same rules, decided by Spark over a snapshot of any size, with totals equal to those of `batch`.

1. Links are found by joins on ids (`links.py`).
2. For each level of looking along kinship, people and those who look at them meet in one partition; what is seen is sent to who looks.
3. People, all that is about them and all that has been sent to them meet once more; the columns of `batch` decide, and add up by place.

Each step is one exchange of Arrow blocks (`parcels.py`) between partitions by the hash of an id, of a size that does not follow the number
of people. Only sums by right and place come to the driver.
"""

from .run import totals

__all__ = ["totals"]
