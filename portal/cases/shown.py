"""What a reader sees of the words of a case: until it is taken in, a neutral title and no place beyond the community."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from portal.cases import numbers
from portal.cases.models import Case
from portal.cases.policy import NOT_TAKEN_IN, WORKERS, why_not_see_words
from portal.cases.states import READ_FIRST, CaseState
from portal.db import prefix_range
from portal.policy import GUEST, Role
from portal.text.lazy import _l
from portal.web.language import language


def title(case: Case, *, known: bool) -> Any:
    """The words of whoever reported it, where they may be known, else what kind of matter it is. Needs the category."""
    return case.title if known else _l("Report about: %(what)s", what=kind_of(case.category))


def where(reader, case: Case) -> str:
    """The door or crossing, once the public may know it."""
    return case.where if words_shown(reader, case) else ""


def words_shown(reader, case: Case) -> bool:
    return why_not_see_words(reader, case) is None


def plain_title(case: Case) -> str:
    """For readers nobody knows (links, messages): the title, or the kind of matter with the number."""
    return case.title if words_shown(GUEST, case) else f"{kind_of(case.category)} {numbers.grouped(case.number)}"


def kind_of(category) -> str:
    return category.name_en if language() == "en" else category.name


def readable(reader):
    """The condition under which this reader sees the words of a case: what `words_shown` says, for the database. Its values are
    `reading(reader)`."""
    places, units = _reach(reader)
    return _readable(reader.id is not None, len(places), bool(units))


def reading(reader) -> dict:
    """The values of `readable(reader)`."""
    places, units = _reach(reader)
    return {"reader": reader.id, "units": units, **{f"staffed{n}": code for n, code in enumerate(places)}}


def _reach(reader) -> tuple[list[str], list[int]]:
    """The places and the units for which this reader works on cases."""
    if reader.id is None:
        return [], []
    return reader.places_with(WORKERS), reader.refs_with("unit", {Role.UNIT_OFFICER})


@cache
def _readable(signed_in: bool, places: int, units: bool):
    taken_in = sa.and_(
        Case.state.not_in(NOT_TAKEN_IN), sa.or_(Case.state != CaseState.VOID, Case.accepted_at.is_not(None))
    )
    parts = [Case.source.not_in(READ_FIRST), taken_in]
    if signed_in:
        parts.append(Case.reporter_id == sa.bindparam("reader", type_=sa.Integer))
    parts += [prefix_range(Case.place_code, sa.bindparam(f"staffed{n}", type_=sa.String)) for n in range(places)]
    if units:
        parts.append(Case.lead_unit_id.in_(sa.bindparam("units", expanding=True)))
    return sa.or_(*parts)
