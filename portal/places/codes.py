"""What an official code says and whether it can be one (DOMAIN A6; GB/T 2260, GB/T 10114, GB/T 30428.1)."""

import re
from typing import NamedTuple

from portal.errors import Invalid
from portal.places.models import LENGTHS, PlaceLevel
from portal.text.clean import one_line
from portal.text.lazy import _l

CITY = "11"  # the root of all places
OFFICIAL = (PlaceLevel.CITY, PlaceLevel.DISTRICT, PlaceLevel.STREET, PlaceLevel.COMMUNITY)
LEVELS = dict(zip(OFFICIAL, LENGTHS, strict=True))
_GRID = re.compile(r"[0-9]{6}[0-9]{3}[0-9]{3}[0-9]{2,3}", re.ASCII)
_PART_NAMES = {2: "city", 6: "district", 9: "street", 12: "community"}


class GridCode(NamedTuple):
    """A grid and the places it lies in, each with its full code."""

    district: str
    street: str
    community: str
    sequence: str  # two digits by CJ/T 213, three by GB/T 30428.1; all zeros: the community is not split

    @property
    def code(self) -> str:
        return self.community + self.sequence

    @property
    def is_merged(self) -> bool:
        """A grid made of several communities takes a community number from 601 upward (CJ/T 349)."""
        return int(self.community[9:]) >= 601


def grid(text: str) -> GridCode:
    """The parts of a grid code of 14 or 15 digits. Raises Invalid where it cannot be one."""
    code = one_line(text)
    if not _GRID.fullmatch(code) or fault_in(code[:12], PlaceLevel.COMMUNITY):
        raise Invalid(_l("A grid code has 14 or 15 digits: district, street, community and the number of the grid."))
    return GridCode(code[:6], code[:9], code[:12], code[12:])


def fault_in(code: str, level: PlaceLevel) -> str | None:
    """What is wrong with this code as one of that level, in English for an operator; None if nothing is."""
    length = LEVELS[level]
    if not (code.isascii() and code.isdigit() and len(code) == length):
        return f"the code of a {level} has {length} digits, this is {code!r}"
    cut = 0
    for end in (n for n in LENGTHS if n <= length):
        if int(code[cut:end]) == 0:
            return f"the {_PART_NAMES[end]} part of {code} is zero"
        cut = end
    return None


def parent_of(code: str) -> str | None:
    """The code of the place one level up, by prefix."""
    if "L" in code:
        return code.partition("L")[0]
    shorter = [n for n in LENGTHS if n < len(code)]
    return code[: shorter[-1]] if shorter else None
