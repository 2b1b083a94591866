"""Loading the tree of places from a table of official codes. Repeatable: the same file again changes nothing."""

import csv
from collections.abc import Callable, Iterable
from typing import NamedTuple

import sqlalchemy as sa

from portal import clock, db
from portal.places import codes, counts, finding
from portal.places.models import Place, PlaceLevel
from portal.text.clean import one_line

COLUMNS = ["code", "level", "name", "parent_code"]
MOST_RETIRED = 0.05  # of all places at once; more looks like a cut-off file


class Row(NamedTuple):
    code: str
    level: PlaceLevel
    name: str
    parent_code: str | None


class Problem(NamedTuple):
    line: int
    what: str


class TooManyGone(Exception):
    """The file lacks so many known places that it is probably not whole."""


class Outcome(NamedTuple):
    new: int
    changed: int
    same: int
    retired: int
    problems: list[Problem]


def read(lines: Iterable[str]) -> tuple[list[Row], list[Problem], set[str]]:
    """The usable rows of a CSV file, what is wrong with the others, and every code that was mentioned."""
    table = csv.reader(lines)
    header = next(table, [])
    if [h.strip().lstrip("\ufeff") for h in header] != COLUMNS:
        return [], [Problem(1, f"the first line must be {','.join(COLUMNS)}")], set()
    rows: dict[str, Row] = {}
    problems, mentioned = [], set()
    for cells in table:
        if not any(cells):
            continue
        mentioned.add(cells[0].strip())
        row, fault = _row(cells, rows)
        if fault:
            problems.append(Problem(table.line_num, fault))
        else:
            rows[row.code] = row
    return list(rows.values()), problems, mentioned


def _row(cells: list[str], known: dict[str, Row]) -> tuple[Row | None, str | None]:
    if len(cells) != len(COLUMNS):
        return None, f"{len(COLUMNS)} columns are needed, here are {len(cells)}"
    code, level, name, parent = (one_line(cell) for cell in cells)
    if level not in set(codes.LEVELS):
        return None, f"{level!r} is not city, district, street or community"
    if fault := codes.fault_in(code, PlaceLevel(level)):
        return None, fault
    if code in known:
        return None, f"{code} is already there ({known[code].name})"
    if not name or len(name) > 80:
        return None, "the name must have 1 to 80 characters"
    if parent != (codes.parent_of(code) or ""):
        return None, f"the parent of {code} is {codes.parent_of(code)}, not {parent or 'empty'}"
    if parent and parent not in known:
        return None, f"the parent {parent} is unknown or wrong itself"
    return Row(code, PlaceLevel(level), of_place(name), parent or None), None


def of_place(name: str) -> str:
    """The place itself where the official name is that of its committee: 育德社区居委会 → 育德社区."""
    if name.endswith("社区居委会") and len(name) > 5:
        return name.removesuffix("居委会")
    if name.endswith("村委会") and len(name) > 3:
        return name.removesuffix("委会")
    return name


def load(lines: Iterable[str], *, spell: Callable[[str], tuple[str, str]], progress=lambda done, of: None,
         retire_many: bool = False) -> Outcome:  # fmt: skip
    """Bring the table of places in line with the file, in one transaction."""
    rows, problems, mentioned = read(lines)
    if not rows:
        return Outcome(0, 0, 0, 0, problems)
    with db.transaction() as session:
        known = {p.code: p for p in session.scalars(sa.select(Place).with_for_update())}  # one load at a time
        gone = _gone(known, rows, mentioned)
        if len(gone) > max(10, MOST_RETIRED * len(known)) and not retire_many:
            raise TooManyGone(f"{len(gone)} of {len(known)} known places are missing in this file")
        new, renamed = [], []
        for done, row in enumerate(rows, 1):
            values = _values(row, *spell(row.name))
            place = known.get(row.code)
            if place is None:
                new.append(values)
                _count(session, row, +1)
            elif place.retired_at is not None and place.name != row.name:
                problems.append(Problem(0, f"{row.code} was retired ({place.name}); it is not given to {row.name}"))
            else:
                if place.retired_at is not None:
                    _count(session, row, +1)
                if _brought_in_line(place, values):
                    renamed.append(place)
            progress(done, len(rows))
        _spell_the_rest(known, spell)
        for place in gone:
            place.retired_at = clock.utcnow()
            _count(session, place, -1)
        session.flush()
        if new:
            session.execute(sa.insert(Place), sorted(new, key=lambda v: len(v["code"])))
        finding.write(session, [*renamed, *gone, *(Place(**values) for values in new)])
        refused = sum(p.line == 0 for p in problems)
    same = len(rows) - len(new) - len(renamed) - refused
    return Outcome(len(new), len(renamed), same, len(gone), problems)


def _count(session, place: Row | Place, by: int) -> None:
    """Its streets and communities are counted in everything above them."""
    if place.level in (PlaceLevel.STREET, PlaceLevel.COMMUNITY) and place.parent_code:
        before, after = (None, place.level) if by > 0 else (place.level, None)
        counts.moved(session, "place", place.parent_code, before, after)


def _values(row: Row, pinyin: str, initials: str) -> dict:
    return {**row._asdict(), "pinyin": pinyin, "initials": initials, "retired_at": None}


def _brought_in_line(place: Place, values: dict) -> bool:
    different = {name: value for name, value in values.items() if getattr(place, name) != value}
    for name, value in different.items():
        setattr(place, name, value)
    return bool(different)


def _gone(known: dict[str, Place], rows: list[Row], mentioned: set[str]) -> list[Place]:
    """Places of this file's cities that it no longer has. A row that is merely wrong does not end its place."""
    cities = {row.code[:2] for row in rows}
    return [
        place for code, place in known.items()
        if place.level in codes.LEVELS and place.retired_at is None and code[:2] in cities and code not in mentioned
    ]  # fmt: skip


def _spell_the_rest(known: dict[str, Place], spell) -> None:
    """Lanes are added while the portal runs, without the heavy dictionary; they get their spelling here."""
    for place in known.values():
        if place.level in (PlaceLevel.LANE, PlaceLevel.GRID) and not place.pinyin:
            place.pinyin, place.initials = spell(place.name)
