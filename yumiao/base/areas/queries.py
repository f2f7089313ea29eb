"""Areas of the plan that `YUMIAO_PLAN` picks. They are about nobody, so no purpose is asked.

Codes: 6 digits county, 9 township, 12 village; a longer code is inside an area if it begins with that area's code, and the prefecture is
the list of its counties. Old codes (532522, 532526) are understood everywhere and answered with their successors.
"""

from functools import cache

from django.conf import settings

from yumiao.calc import places
from yumiao.calc.places import Area, Areas, Around


@cache
def of_plan(name: str) -> Areas:
    """All areas of the plan of that name, read once in a process. Raises BadInput, BadDefinition."""
    return places.load(name)


def areas() -> Areas:
    """All areas of the picked plan."""
    return of_plan(settings.PLAN)


def area(code: str) -> Area:
    """The area of that code, or of its successor. Raises BadInput."""
    return areas().area(code)


def current(code: str) -> str:
    """The code as it is now. Raises BadInput for what is no area code; a code elsewhere in the country comes back as it is."""
    return areas().current(code)


def inside(code: str, of: str) -> bool:
    """Whether `code` lies in `of` or is it. Raises BadInput."""
    return areas().inside(code, of)


def counties() -> list[Area]:
    """The prefecture's counties."""
    return areas().counties()


def below(code: str) -> list[Area]:
    """The areas directly below: townships of a county, villages of a township."""
    return areas().below(code)


@cache
def _around(plan: str) -> list[Around]:
    return places.around(plan)


def around() -> list[Around]:
    """The wider areas that the prefecture lies in, from the nearest outwards, with the names of the places inside."""
    return _around(settings.PLAN)
