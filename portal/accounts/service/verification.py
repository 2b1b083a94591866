"""Becoming a confirmed resident: the wish, the decision at the desk, confirming at the window, moving away."""

import sqlalchemy as sa

from portal import audit, clock, db, outbox
from portal.accounts import policy
from portal.accounts.events import VerificationAsked, VerificationDecided
from portal.accounts.models import User, Verification, VerificationState
from portal.accounts.service.profile import community
from portal.accounts.states import MOVES, OPEN, Paper
from portal.db import transaction
from portal.errors import Conflict, Invalid
from portal.places import counts
from portal.places.models import Place, PlaceLevel
from portal.policy import Level, require
from portal.text.clean import clean, one_line
from portal.text.lazy import _l

_FASTER = _l("A colleague was faster: this wish is decided already.")


def ask(
    actor, place_code: str, real_name: str, *, building: str = "", household: str = "", note: str = ""
) -> Verification:
    """Ask to be confirmed as a resident, or complete what was asked before. One open wish per person."""
    given = {"place_code": place_code, "real_name": one_line(real_name), "building": one_line(building),
             "household": one_line(household), "note": clean(note)}  # fmt: skip
    with transaction() as session:
        place = community(session, place_code)
        user = db.locked(session, User, actor.id)
        require(policy.why_not_ask(user, place))
        _check(place, given)
        wish = session.scalars(_open(user.id).with_for_update()).one_or_none()
        before = wish.state if wish else None
        if wish is None:
            wish = Verification(user_id=user.id, **given)
            session.add(wish)
        else:
            for name, value in (given | {"state": VerificationState.WAITING}).items():
                setattr(wish, name, value)
        session.flush()
        audit.record(session, user, "verification.ask", ("verification", wish.id), before=before, after=wish.state)
        outbox.publish(session, VerificationAsked(wish.id, wish.place_code))
        return wish


def withdraw(actor) -> None:
    """Take one's open wish back; where there is none (any more), nothing happens."""
    with transaction() as session:
        wish = session.scalars(_open(actor.id).with_for_update()).one_or_none()
        if wish is not None:
            before, wish.state = wish.state, VerificationState.WITHDRAWN
            _forget(wish)
            audit.record(
                session, actor, "verification.withdraw", ("verification", wish.id), before=before, after=wish.state
            )


def decide(actor, verification_id: int, action: str, *, level: Level = Level.RESIDENT, evidence: str = "",
           household: str = "", building: str = "", reason: str = "") -> Verification:  # fmt: skip
    """The desk approves (as L2 or L3), asks for more, or rejects with a reason."""
    move, reason = MOVES[action], clean(reason)
    with transaction() as session:
        wish = db.locked(session, Verification, verification_id)
        require(policy.why_not_decide(actor, wish))
        if wish.state not in move.come_from:
            raise Conflict(_FASTER)
        if move.needs_reason and not reason:
            raise Invalid(_l("Write the reason; the person reads it."), field="reason")
        before, wish.state = wish.state, move.go_to
        wish.reason, wish.decided_at, wish.decided_by = reason, clock.utcnow(), actor.id
        given = (wish.real_name, household or wish.household, building or wish.building, evidence)
        if wish.state not in OPEN:
            _forget(wish)
        if action == "approve":
            wish.evidence, wish.wanted_level = _paper(evidence), int(level)
            user = db.locked(session, User, wish.user_id)
            _confirm(session, actor, user, wish.place_code, level, *given)
        audit.record(
            session, actor, f"verification.{action}", ("verification", wish.id), before=before, after=wish.state
        )
        outbox.publish(session, VerificationDecided(wish.id, wish.user_id, wish.state.value))
        return wish


def confirm_at_window(actor, user_id: int, place_code: str, level: Level, *, real_name: str, evidence: str,
                      household: str = "", building: str = "") -> User:  # fmt: skip
    """Confirm somebody who stands at the window with a paper. An open wish is answered by it."""
    with transaction() as session:
        place = community(session, place_code)
        user = db.locked(session, User, user_id)
        require(policy.why_not_confirm(actor, user, place.scope))
        evidence = _paper(evidence)
        _check(place, {"real_name": one_line(real_name), "building": building, "household": household, "note": ""})
        _confirm(session, actor, user, place.code, level, one_line(real_name), household, building, evidence)
        wish = session.scalars(_open(user.id).with_for_update()).one_or_none()
        if wish is not None:
            before, wish.state = wish.state, VerificationState.APPROVED
            wish.evidence, wish.wanted_level = evidence, int(level)
            wish.decided_at, wish.decided_by = clock.utcnow(), actor.id
            _forget(wish)
            audit.record(
                session, actor, "verification.approve", ("verification", wish.id), before=before, after=wish.state
            )
            outbox.publish(session, VerificationDecided(wish.id, user.id, wish.state.value))
        return user


def moved_away(actor, user_id: int) -> User:
    """The person no longer lives there (says the person, or the desk of the place): back to L2, no home."""
    with transaction() as session:
        user = db.locked(session, User, user_id)
        require(policy.why_not_end_residence(actor, user))
        before = user.level
        _move(session, user, None, min(before, int(Level.REAL_NAME)))
        user.household, user.building, user.home_code = None, "", None
        audit.record(session, actor, "user.moved_away", ("user", user.id), before=before, after=user.level)
        return user


def become(
    session, user: User, level: Level, place_code: str | None, household: str | None = None, building: str = ""
) -> None:
    """Set level and home inside the caller's transaction, with the stored count of residents (demo, import)."""
    _move(session, user, place_code, int(level))
    user.home_code, user.household, user.building = place_code, household, building


def _confirm(session, by, user: User, code: str, level: Level, real_name, household, building, evidence) -> None:
    if level not in (Level.REAL_NAME, Level.RESIDENT):
        raise Invalid(_l("Choose what is confirmed: the real name, or the home as well."), field="level")
    before, user.real_name = user.level, real_name
    if level is Level.RESIDENT:
        known = user.household if user.home_code == code else None
        _move(session, user, code, int(level))
        user.home_code, user.building = code, one_line(building)[:40]
        # without a number the person votes alone; what the roll knew of this very community is not lost
        user.household = f"{code}:{one_line(household)}"[:64] if one_line(household) else known
    elif user.level < Level.REAL_NAME:
        user.level, user.home_code = int(level), code
    audit.record(session, by, "user.confirm", ("user", user.id), before=before, after=user.level, place=code,
                 evidence=evidence)  # fmt: skip


def _move(session, user: User, to_code: str | None, level: int) -> None:
    """Change level and residence, and with them how many confirmed residents each place has."""
    was = user.home_code if user.level >= Level.RESIDENT else None
    now = to_code if level >= Level.RESIDENT else None
    if was != now:
        if was:
            counts.moved(session, "resident", was, "resident", None)
        if now:
            counts.moved(session, "resident", now, None, "resident")
        user.resident_since = clock.utcnow() if now else None
    user.level = level


def _check(place: Place, given: dict) -> None:
    if place.level is not PlaceLevel.COMMUNITY:
        raise Invalid(_l("Choose a community, the level below the street."), field="place_code")
    if not 2 <= len(given["real_name"]) <= 60:
        raise Invalid(_l("Write your name as on your papers."), field="real_name")
    for name, most in (("building", 40), ("household", 40), ("note", 500)):
        if len(given[name]) > most:
            raise Invalid(_l("At most %(max)s characters, please shorten it.", max=most), field=name)


def _paper(evidence: str) -> str:
    if evidence not in set(Paper):
        raise Invalid(_l("Choose which paper you have seen."), field="evidence")
    return str(evidence)


def _open(user_id: int):
    return sa.select(Verification).where(Verification.user_id == user_id, Verification.state.in_(OPEN))


def _forget(wish: Verification) -> None:
    """What was typed is not kept once the wish is decided or withdrawn: the result, the kind of paper and when remain."""
    wish.real_name, wish.building, wish.household, wish.note = "", "", "", ""
