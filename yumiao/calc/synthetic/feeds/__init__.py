"""Six departments' files about invented people, with the dirt of real ones, and the truth kept beside them.

`write_feeds(prefecture, folder, seed)` writes 户籍人口, 医保参保, 社保参保, 在校学生, 出生医学证明 and 婚姻登记 as those departments send
them, and `truth.parquet`: which person each row is about. For tests and measurements of linkage; nobody in them exists.
"""

from .files import Truth, write_feeds

__all__ = ["Truth", "write_feeds"]
