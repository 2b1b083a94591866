"""Asking about cases. Every function sends a constant number of statements, whatever there is."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload

from portal import audit, db, files, links
from portal.cases import numbers, shown
from portal.cases.models import Case, CaseTerm
from portal.cases.states import CLOSED_STATES, DUE, OPEN, STAGE_OF, STAGES, VERIFY_FIRST, CaseState
from portal.categories.models import Category
from portal.categories.queries import named
from portal.clock import BEIJING, utcnow
from portal.db import UTCDateTime, prefix_range
from portal.places.counts import inside
from portal.places.models import Place
from portal.policy import GUEST, Role
from portal.text.finding import Shape, either, has_words, typed
from portal.units.models import Unit
from portal.web.paging import Page, by_key

S = CaseState
SEEN = (joinedload(Case.category, innerjoin=True), joinedload(Case.place, innerjoin=True), joinedload(Case.lead_unit))
# What a row of a public list says; search reads it as well.
LISTED = (
    joinedload(Case.category, innerjoin=True).load_only(Category.name, Category.name_en),
    joinedload(Case.place, innerjoin=True).load_only(Place.name, Place.pinyin),
    joinedload(Case.lead_unit).load_only(Unit.name, Unit.name_en),
    *(defer(column, raiseload=True) for column in (
        Case.description, Case.calendar_version, Case.first_due_at, Case.verified, Case.filed_at, Case.handled_at,
        Case.inspected_at, Case.return_until, Case.extension_until, Case.limit_value, Case.limit_unit, Case.handled_by,
        Case.inspected_by, Case.result, Case.public_note, Case.reason_code, Case.rating_comment, Case.client_key, Case.source_ref,
        Case.hidden_note,
    )),
)  # fmt: skip

_ROWS = sa.select(Case).options(*LISTED)
_NUMBERED = db.plan_once(sa.select(Case).where(Case.number == sa.bindparam("number")).options(*SEEN))

# The chips of the public list.
GROUPS: dict[str, frozenset[CaseState]] = {
    "open": OPEN,
    "handling": frozenset({S.DISPATCHED, S.REDISPATCHED, S.IN_HANDLING, S.EXTENSION_REQUESTED, S.REWORK, S.RETURNED}),
    "inspecting": frozenset({S.HANDLED, S.INSPECTING}),
    "suspended": frozenset({S.SUSPENDED}),
    "closed": frozenset({S.CLOSED, S.EVALUATED}),
    "other": CLOSED_STATES - {S.CLOSED, S.EVALUATED},
}


def get_case(number: str) -> Case:
    """The case of this number, in whatever spacing it was typed, with its category, place and unit. Raises NotFound."""
    found = db.Session().scalars(_NUMBERED, {"number": numbers.digits_of(number)}).one_or_none()
    if found is None:
        raise numbers.not_found(number)
    return found


def list_cases(*, place_code: str = "", group: str = "", overdue: bool = False, text: str = "", many: bool = False, size: int = 20,
               total: int | None = None, after=None, before=None, reader=GUEST) -> Page:  # fmt: skip
    """The public list, newest first, page by key. Hidden cases are left out; words find what the reader may read, and what kind of
    matter it is; the beginning of a number finds those that begin so, wherever they are. `many` is what `places.counts.totals`
    says of the place. One query, with words two."""
    number = numbers.number_in(text)
    words = typed("" if number else text)
    if words.senseless:
        return Page([], total=total)
    about = named(text).categories if words.shape.begun else ()
    wanted = _listing(
        place=bool(place_code) and not number, many=many, group=group if group in GROUPS else "", overdue=overdue, words=words.shape,
        numbered=bool(number), about=bool(about), readable=shown.readable(reader) if words.shape.begun else None,
    )  # fmt: skip
    given = words.given | {"place": place_code, "now": utcnow(), "named": about, "number": number}
    if words.shape.begun:
        given |= shown.reading(reader)
    drawn = _ROWS if words.shape.begun else None
    return by_key(db.Session(), wanted, [Case.id], given=given, drawn=drawn, size=size, total=total, after=after, before=before)


@lru_cache(maxsize=256)
def _listing(*, place: bool, many: bool, group: str, overdue: bool, words: Shape, numbered: bool, about: bool, readable) -> sa.Select:
    """The statement of a list that is narrowed by these, built once for all readers."""
    wanted = (sa.select(Case.id) if words.begun else _ROWS).where(Case.hidden_at.is_(None))
    if place:
        wanted = wanted.where(inside(Case.place_code, sa.bindparam("place", type_=sa.String), many=many))
    if group:
        wanted = wanted.where(Case.state.in_(GROUPS[group]))
    if overdue:
        wanted = wanted.where(_late(sa.bindparam("now", type_=UTCDateTime())))
    if numbered:
        wanted = wanted.where(prefix_range(Case.number, sa.bindparam("number", type_=sa.String)))
    if not words.begun:
        return wanted
    said = has_words(words, Case.id, CaseTerm.term, CaseTerm.case_id)
    if not about:
        return wanted.where(readable, said)
    of_kind = Case.category_id.in_(sa.bindparam("named", expanding=True, type_=sa.Integer))
    return wanted.where(Case.id.in_(either(Case.id, said, of_kind)), sa.or_(readable, of_kind))


def grouped(by_state: dict[str, int]) -> dict[str, int]:
    """Counts by group, from counts by state."""
    return {name: sum(by_state.get(str(state), 0) for state in states) for name, states in GROUPS.items()}


def similar_open(place_code: str, category_id: int, limit: int = 4) -> list[Case]:
    """Open cases of the same kind in the same place, so that nobody reports twice. One query."""
    wanted = (
        sa.select(Case)
        .where(Case.place_code == place_code, Case.category_id == category_id, Case.state.in_(OPEN), Case.hidden_at.is_(None))
        .options(joinedload(Case.category, innerjoin=True)).order_by(Case.id.desc()).limit(limit)
    )  # fmt: skip
    return list(db.Session().scalars(wanted))


class Promise(NamedTuple):
    """What the proposal of a case asked for, and what was promised in its answer."""

    id: int
    plan_html: str
    promised_at: datetime | None


class About(NamedTuple):
    """What the page of a case shows besides the case."""

    photos: list[files.Photo]
    log: list[audit.Entry]
    came_from: list[links.Subject]
    led_to: list[links.Subject]
    proposal: Promise | None = None  # the proposal it came from
    original: str = ""  # the number of the case that this one repeats

    @property
    def has_proposal(self) -> bool:
        return any(subject.kind == "proposal" for subject in self.came_from)


def about(case: Case) -> About:
    """Photos, log and links of a case: three queries and one for each kind of thing it is linked with."""
    session = db.Session()
    came_from, led_to = links.linked(session, "case", case.id)
    known = links.describe(session, [*came_from, *led_to])
    proposals = [
        known[pair].thing for pair in came_from if pair[0] == "proposal" and pair in known and known[pair].public
    ]
    return About(
        files.photos_of(session, "case", [case.id]).get(case.id, []),
        audit.history(session, [("case", case.id)]),
        [known[pair] for pair in came_from if pair in known],
        [known[pair] for pair in led_to if pair in known],
        Promise(proposals[0].id, proposals[0].plan_html, proposals[0].promised_at) if proposals else None,
        session.scalar(sa.select(Case.number).where(Case.id == case.duplicate_of_id)) if case.duplicate_of_id else "",
    )


def stages(case: Case) -> list[tuple[str, str]]:
    """(stage, done | now | todo) for the stage bar; a case that ended on the way keeps what it reached."""
    at = STAGES.index(STAGE_OF[case.state]) if case.state in STAGE_OF else len(STAGES)
    if case.state in CLOSED_STATES - {S.CLOSED, S.EVALUATED}:
        reached = (case.accepted_at, case.filed_at, case.dispatched_at, case.handled_at, case.inspected_at, None)
        return [(name, "done" if moment else "todo") for name, moment in zip(STAGES, reached, strict=True)]
    return [(name, "done" if n < at else "now" if n == at else "todo") for n, name in enumerate(STAGES)]


# --- the desks -------------------------------------------------------------------------------------------------------

DESKS: dict[str, Role] = {
    "acceptor": Role.ACCEPTOR, "supervisor": Role.SHIFT_SUPERVISOR, "dispatcher": Role.DISPATCHER,
    "officer": Role.UNIT_OFFICER, "inspector": Role.INSPECTOR, "command": Role.COMMAND_LEAD,
}  # fmt: skip


def waiting_at(desk_name: str):
    """The condition under which a case waits at a desk."""
    ready = sa.or_(Case.verified.is_(True), Case.source.not_in(VERIFY_FIRST))
    return {
        "acceptor": sa.or_(Case.state == S.REPORTED, sa.and_(Case.state == S.ACCEPTED, sa.not_(ready))),
        "supervisor": sa.or_(
            sa.and_(Case.state == S.ACCEPTED, ready), Case.state.in_((S.RETURNED, S.INSPECTING)),
            sa.and_(Case.state == S.EXTENSION_REQUESTED, Case.extension_count == 0),
        ),
        "dispatcher": Case.state.in_((S.FILED, S.RETURNED)),
        "officer": Case.state.in_((S.DISPATCHED, S.REDISPATCHED, S.REWORK, S.IN_HANDLING)),
        "inspector": Case.state.in_((S.VERIFYING, S.HANDLED)),
        "command": sa.or_(Case.state == S.SUSPENDED, sa.and_(Case.state == S.EXTENSION_REQUESTED, Case.extension_count > 0)),
    }[desk_name]  # fmt: skip


def desks_of(actor) -> list[str]:
    """The desks at which this person works."""
    return [name for name, role in DESKS.items() if actor.has_role(role)]


def _scope_of(actor, desk_names: Iterable[str]):
    """Cases that lie where this person holds the roles of these desks."""
    roles = {DESKS[name] for name in desk_names}
    places = actor.places_with(roles - {Role.UNIT_OFFICER})
    units = actor.refs_with("unit", {Role.UNIT_OFFICER}) if Role.UNIT_OFFICER in roles else []
    parts = [prefix_range(Case.place_code, code) for code in places]
    if units:
        parts.append(Case.lead_unit_id.in_(units))
    return sa.or_(sa.false(), *parts)


def waiting(actor) -> dict[str, sa.Select]:
    """What waits at each desk of this person, as statements."""
    return {
        name: sa.select(Case).where(Case.state.in_(OPEN), waiting_at(name), _scope_of(actor, [name]))
        for name in desks_of(actor)
    }


def waiting_for(actor):
    """The condition under which a case waits for this person, at any of the desks."""
    parts = [sa.and_(waiting_at(name), _scope_of(actor, [name])) for name in desks_of(actor)]
    return sa.or_(sa.false(), *parts)


def desk(actor, desk_name: str = "mine", *, size: int = 30, after=None, before=None) -> Page:
    """The cases of a desk, the most urgent first. `mine`, `all`, `overdue`, `supervised`, or one of DESKS. One query."""
    wanted = sa.select(Case).where(_on_desk(actor, desk_name)).options(*SEEN)
    return by_key(db.Session(), wanted, [Case.urgency, Case.id], size=size, after=after, before=before)


def _on_desk(actor, desk_name: str):
    now, mine = utcnow(), _scope_of(actor, desks_of(actor))
    if desk_name in DESKS:
        return sa.and_(waiting_at(desk_name), _scope_of(actor, [desk_name]))
    if desk_name == "all":
        return sa.and_(Case.state.in_(OPEN), mine)
    if desk_name == "overdue":
        return sa.and_(Case.state.in_(OPEN), _late(now), mine)
    if desk_name == "supervised":
        return sa.and_(Case.state.in_(OPEN), _supervised(now), mine)
    return waiting_for(actor)


class Figures(NamedTuple):
    """The numbers above and in the chips of the desk."""

    mine: int
    today: int
    overdue: int
    to_inspect: int
    supervised: int
    all: int
    desks: dict[str, int]


def figures(actor) -> Figures:
    """Everything the desk counts, in one query over the open cases in reach."""
    now, names = utcnow(), desks_of(actor)
    tomorrow = datetime.combine(now.astimezone(BEIJING).date() + timedelta(days=1), datetime.min.time(), BEIJING)
    due = due_next()
    conditions = [
        waiting_for(actor), sa.and_(due >= now, due < tomorrow), _late(now), Case.state == S.HANDLED, _supervised(now),
        sa.true(), *(sa.and_(waiting_at(name), _scope_of(actor, [name])) for name in names),
    ]  # fmt: skip
    columns = [sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in conditions]
    reach = sa.and_(Case.state.in_(OPEN), _scope_of(actor, names))
    row = [int(n) for n in db.Session().execute(sa.select(*columns).where(reach)).one()]
    mine, today, overdue, to_inspect, supervised, everything, *desks = row
    return Figures(mine, today, overdue, to_inspect, supervised, everything, dict(zip(names, desks, strict=True)))


def how_many_wait(actor) -> sa.ScalarSelect[int]:
    """How many cases wait for this person, for the number in the staff bar."""
    return sa.select(sa.func.count()).where(Case.state.in_(OPEN), waiting_for(actor)).scalar_subquery()


def due_next():
    """What `Case.due_next` says of a case under way, for the database."""
    by = {name: [state for state, due in DUE.items() if due == name] for name in dict.fromkeys(DUE.values())}
    return sa.case(*((Case.state.in_(states), getattr(Case, name)) for name, states in by.items()))


def _late(now):
    """What `Case.is_late` says, for the database, at this moment or the one a parameter will hold."""
    handling = sa.and_(Case.due_at.is_not(None), _clock(now) > Case.due_at)
    return sa.or_(handling, due_next() < now)


def _supervised(now: datetime):
    return sa.or_(Case.supervised_level != "",
                  sa.and_(Case.supervise_at.is_not(None), _clock(now) > Case.supervise_at))  # fmt: skip


def _clock(now):
    """What the handling clock shows: where it stands still, the moment it stopped."""
    return sa.func.coalesce(Case.stopped_at, sa.literal(now, UTCDateTime()) if isinstance(now, datetime) else now)
