"""Which rows of departments' files are about the same person.

Rules decide, in an order from the surest down; what may never be one person is never joined, whatever the rules or a model say; what stays
doubtful is left to people. `link(mentions)` gives a person for each mention, with the pairs for review; `link_coded(code_folder(…))` does
the same for the files of a whole prefecture. No database, no clock.
"""

from .mentions import code_folder, files_of, mentions_of, read_folder
from .run import Linked, link, link_coded

__all__ = ["Linked", "code_folder", "files_of", "link", "link_coded", "mentions_of", "read_folder"]
