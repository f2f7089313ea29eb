"""Which rows of departments' files are about the same person.

Rules decide, in an order from the surest down; what may never be one person is never joined, whatever the rules or a model say; what stays
doubtful is left to people. `link(mentions)` gives a person for each mention, with the pairs for review. No database, no clock.
"""

from .mentions import files_of, mentions_of, read_folder
from .run import Linked, link

__all__ = ["Linked", "files_of", "link", "mentions_of", "read_folder"]
