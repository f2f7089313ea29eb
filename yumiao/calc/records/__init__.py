"""From departments' rows to facts of the registry: who is named beside whom a row is about, what each row states, where departments
differ, and whose rights are judged together.

`kin_of(parts, people)` gives relatives who are named and have no row of their own; `facts_of(parts, people, known)` the facts by
group; `disagreements(facts, precedence)` where departments say different things; `families_of(facts, households)` the families. What a
contract's rows state stands in its `says` (`yumiao_plans/china/feeds`). No database, no clock.
"""

from .areas import Gazetteer
from .differing import disagreements
from .facts import facts_of
from .families import families_of, households_of
from .kin import holders, kin_of

__all__ = ["Gazetteer", "disagreements", "facts_of", "families_of", "holders", "households_of", "kin_of"]
