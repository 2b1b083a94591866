"""Handing in a patrol, and what the team lead says to it."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from portal import audit, clock, db, outbox
from portal.brands import service as teams
from portal.db import transaction
from portal.errors import Conflict
from portal.files import Photo
from portal.patrols import policy, privacy
from portal.patrols.checklist import ITEMS, MARKS
from portal.patrols.errors import Contradicted, FindingsMissing, Wrong
from portal.patrols.events import PatrolMoved
from portal.patrols.models import LONGEST, ByHand, Finding, Outcome, Patrol
from portal.patrols.service.walks import alone, check_times
from portal.patrols.states import MOVES, PatrolState
from portal.places import counts
from portal.policy import require
from portal.text.clean import clean
from portal.text.lazy import _l


def keep(actor, patrol_id: int, checklist: dict, by_hand: Iterable[str] = (), note: str = "") -> Patrol:
    """Keep what is filled in so far; nothing is asked to be complete. Marks that mean nothing are left out, and an item with a
    finding stays a problem."""
    with transaction() as session:
        patrol = db.locked(session, Patrol, patrol_id)
        require(policy.why_not_write(actor, patrol))
        patrol.checklist = _marks(checklist) | {str(item): "problem" for item in _recorded(session, patrol.id)}
        patrol.by_hand = _hands(by_hand)
        patrol.note = _note(note)
        return patrol


def finish(
    actor,
    patrol_id: int,
    checklist: dict,
    by_hand: Iterable[str] = (),
    note: str = "",
    ended_at: datetime | None = None,
) -> Patrol:
    """Hand in a patrol: every item judged, every problem with a finding, a place and a photo. Sent twice is once."""
    with transaction() as session:
        alone(session, actor)
        patrol = db.locked(session, Patrol, patrol_id)
        marks, hands, note = _marks(checklist), _hands(by_hand), _note(note)
        if _handed_in_before(actor, patrol, marks, hands, note):
            return patrol
        require(policy.why_not_move(actor, patrol, "submit"))
        require(policy.why_not_write(actor, patrol))
        for item in ITEMS:
            if str(item.number) not in marks:
                raise Wrong(f"item_{item.number}", _l("In order, a problem, or does it not apply here? Choose one."))
        recorded = _recorded(session, patrol.id)
        if contradicted := [item for item in recorded if marks[str(item)] != "problem"]:
            raise Contradicted(contradicted)
        if missing := [int(item) for item, mark in marks.items() if mark == "problem" and not recorded.get(int(item))]:
            raise FindingsMissing(missing)
        patrol.ended_at = _end(session, actor, patrol, ended_at)
        patrol.checklist, patrol.by_hand, patrol.note, patrol.return_reason = marks, hands, note, ""
        patrol.submitted_at = clock.utcnow()
        _go(session, actor, patrol, "submit")
        return patrol


def move(actor, patrol_id: int, action: str, reason: str = "") -> Patrol:
    """Confirm, return (with a reason), discard: one step along the table, if the policy allows it."""
    with transaction() as session:
        patrol = db.locked(session, Patrol, patrol_id)
        require(policy.why_not_move(actor, patrol, action))
        if action == "submit":
            return finish(actor, patrol_id, patrol.checklist, patrol.by_hand, patrol.note)
        reason = clean(reason)
        if "reason" in MOVES[action].needs:
            if not 4 <= len(reason) <= 300:
                raise Wrong("reason", _l("Say what should be changed, in 4 to 300 characters."))
            if why := privacy.why_not(reason):
                raise Wrong("reason", why)
            patrol.return_reason = reason
        if action == "start":
            patrol.started_at = clock.utcnow()
        elif action == "confirm":
            patrol.confirmed_at, patrol.confirmed_by = clock.utcnow(), actor.id
            with session.no_autoflush:  # one UPDATE of the patrol, at the end
                teams.patrol_confirmed(
                    session, patrol.team_id, findings=patrol.finding_count, on_spot=patrol.on_spot_count
                )
        elif action == "withdraw":
            _forget_findings(session, patrol)
        _go(session, actor, patrol, action)
        return patrol


def _go(session, actor, patrol: Patrol, action: str) -> None:
    before, patrol.state = patrol.state, MOVES[action].go_to
    audit.record(session, actor, f"patrol.{action}", ("patrol", patrol.id), before=before, after=patrol.state, role=MOVES[action].who,
                 reason=patrol.return_reason)  # fmt: skip
    counts.moved(session, "patrol", patrol.place_code, before, patrol.state)
    outbox.publish(session, PatrolMoved(patrol.id, action, actor.id))


def _handed_in_before(actor, patrol: Patrol, marks, hands, note) -> bool:
    """Is this the same form once more?"""
    same = (patrol.checklist, patrol.by_hand, patrol.note) == (marks, hands, note)
    return patrol.volunteer_id == actor.id and patrol.state is PatrolState.SUBMITTED and same


def _marks(checklist: dict) -> dict[str, str]:
    given = {str(number): mark for number, mark in (checklist or {}).items()}
    return {
        key: given[key]
        for key in (str(item.number) for item in ITEMS)
        if isinstance(given.get(key), str) and given[key] in MARKS
    }


def _hands(by_hand: Iterable[str]) -> list[str]:
    wanted = {str(word) for word in by_hand or ()}
    return [word.value for word in ByHand if word.value in wanted]


def _note(note: str) -> str:
    note = clean(note)
    if len(note) > 600:
        raise Wrong("note", _l("At most %(max)s characters, please shorten it.", max=600))
    if why := privacy.why_not(note):
        raise Wrong("note", why)
    return note


def _recorded(session, patrol_id: int) -> dict[int, bool]:
    """The items something was recorded for, in order, and whether a photo shows it."""
    seen = sa.exists().where(Photo.owner_kind == "finding", Photo.owner_id == Finding.id, Photo.hidden_at.is_(None))
    wanted = sa.select(Finding.item, seen).where(Finding.patrol_id == patrol_id, Finding.item.is_not(None))
    found: dict[int, bool] = {}
    for item, shown in session.execute(wanted.order_by(Finding.item)):
        found[item] = found.get(item, False) or bool(shown)
    return found


def _end(session, actor, patrol: Patrol, typed: datetime | None) -> datetime:
    now = clock.utcnow()
    if typed is None and patrol.ended_at is None and now - patrol.started_at > LONGEST:
        raise Wrong("ended_at", _l("A patrol lasts at most %(hours)s hours. Enter when it really ended.", hours=12))
    ended = typed or patrol.ended_at or max(now, patrol.started_at)
    if typed or patrol.ended_at is None:
        check_times(session, actor, patrol.started_at, ended, not_id=patrol.id)
    return ended


def _forget_findings(session, patrol: Patrol) -> None:
    """A discarded patrol takes its findings out of the counts; what led on stays, so such a patrol is not discarded."""
    for outcome in session.scalars(sa.select(Finding.outcome).where(Finding.patrol_id == patrol.id)):
        if outcome in (Outcome.REPORTED, Outcome.PROPOSED):
            raise Conflict(_l("A finding of this patrol has become a case or a proposal. Correct the patrol instead."))
        counts.moved(session, "finding", patrol.place_code, outcome, None)
