"""A prefecture of invented people, drawn from a seed and from marginals that are data of a plan.

`generate` makes it, `Prefecture.write` lays it down as a snapshot in the layout that `yumiao batch` reads. Nobody in it exists.
"""

from .marginals import Marginals, read_marginals
from .prefecture import Grown, Prefecture, generate, grow

__all__ = ["Grown", "Marginals", "Prefecture", "generate", "grow", "read_marginals"]
