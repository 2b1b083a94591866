"""Reporting, hiding, keeping, restoring. A thing is changed only if it is still as it was when we looked."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import audit, db, files, links, outbox
from portal.clock import utcnow
from portal.db import transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.moderation import policy
from portal.moderation.events import ModerationDecided
from portal.moderation.models import HideReason, Report, Reporter, ReportState, RestoreReason
from portal.policy import require
from portal.text.clean import clean
from portal.text.lazy import _l

NOTE = 500  # characters


class Reportable(NamedTuple):
    model: Any
    hide: Callable[[orm.Session, Any, bool], None] | None
    load: Sequence[Any]
    photos: bool


things: dict[str, Reportable] = {}


def reportable(kind: str, model: type, *, hide=None, load: Sequence[Any] = (), photos: bool = False) -> None:
    """Let things of this kind be reported and hidden.

    `hide(session, thing, hide: bool)` is called in the transaction just before the thing is hidden or shown again, to
    adjust counts; `load` are loader options it needs; `photos`: hide the thing's photos along with it.
    """
    things[kind] = Reportable(model, hide, load, photos)


def report(actor, kind: str, ident: int, reason: str, note: str = "") -> Report:
    """A reader points at something. Each person counts once; one open report per thing."""
    reason, note = _reason(reason), clean(note)[:NOTE]
    with transaction() as session:
        thing = _subject(session, kind, ident)
        if not thing.public:
            raise NotFound(_l("There is nothing at this address (any more)."))
        require(policy.why_not_report(actor, thing))
        open_one = sa.select(Report).where(
            Report.subject_kind == kind, Report.subject_id == ident, Report.state == ReportState.REPORTED
        )
        now = utcnow()
        values = {
            "subject_kind": kind,
            "subject_id": ident,
            "place_code": thing.scope.place,
            "space_id": thing.scope.space,
            "author_id": thing.author_id,
            "state": ReportState.REPORTED,
            "reporter_count": 0,
            "reasons": {},
            "note": "",
            "opened_at": now,
        }
        found = db.inserted(session, Report, values)
        if found is None:
            wanted = open_one.with_for_update().execution_options(populate_existing=True)
            found = session.scalars(wanted).one_or_none()
        if found is None:  # decided in the very moment between
            raise Conflict(_l("A colleague has already decided about this."))
        row = {"report_id": found.id, "user_id": actor.id, "reason": str(reason), "note": note, "created_at": now}
        if db.insert_new(session, Reporter, [row]):
            found.reporter_count += 1
            found.reasons = {**found.reasons, str(reason): found.reasons.get(str(reason), 0) + 1}
            audit.record(
                session,
                actor,
                "report.raise",
                ("report", found.id),
                after=found.state,
                thing=f"{kind}/{ident}",
                reason=reason,
            )
        return found


def decide(actor, report_id: int, decision: str, reason: str | None = None, note: str = "") -> Report:
    """`hide` or `keep` what was reported. The note goes to the author as it is written."""
    if decision not in ("hide", "keep"):
        raise Invalid(_l("Choose one of the options."))
    coded = _reason(reason) if decision == "hide" else None
    note = _note(note, needed=decision == "hide")
    with transaction() as session:
        found = db.locked(session, Report, report_id)
        require(policy.why_not_decide(actor, found, reported_it=_reported(session, actor, found)))
        state = ReportState.HIDDEN if decision == "hide" else ReportState.KEPT
        if coded is not None:
            _hide(session, found.subject_kind, found.subject_id, coded, note)
        _close(found, actor, state, coded, note)
        audit.record(
            session,
            actor,
            f"report.{decision}",
            ("report", found.id),
            before=ReportState.REPORTED,
            after=state,
            reason=coded,
            note=note,
            thing=f"{found.subject_kind}/{found.subject_id}",
        )
        _tell(session, found)
        return found


def hide(actor, kind: str, ident: int, reason: str, note: str) -> Report:
    """Hide something nobody has reported (or everybody has): the report on record says who, why, when."""
    coded, note = _reason(reason), _note(note, needed=True)
    with transaction() as session:
        thing = _subject(session, kind, ident)
        open_one = sa.select(Report).where(
            Report.subject_kind == kind, Report.subject_id == ident, Report.state == ReportState.REPORTED
        )
        found = session.scalars(open_one.with_for_update()).one_or_none()
        reported_it = found is not None and _reported(session, actor, found)
        require(policy.why_not_moderate(actor, thing.scope, thing.author_id, reported_it=reported_it))
        if found is None:
            found = Report(
                subject_kind=kind,
                subject_id=ident,
                place_code=thing.scope.place,
                space_id=thing.scope.space,
                author_id=thing.author_id,
                reasons={},
                state=ReportState.HIDDEN,
            )
            session.add(found)
        _hide(session, kind, ident, coded, note)
        _close(found, actor, ReportState.HIDDEN, coded, note)
        session.flush()
        audit.record(
            session,
            actor,
            "report.hide",
            ("report", found.id),
            after=ReportState.HIDDEN,
            reason=coded,
            note=note,
            thing=f"{kind}/{ident}",
        )
        _tell(session, found)
        return found


def restore(actor, kind: str, ident: int, reason: str, note: str = "") -> Report:
    """Show again what was hidden; never by its author. A reason of its own kind is said in words."""
    coded = _restore_reason(reason)
    note = _note(note, needed=coded is RestoreReason.OTHER)
    with transaction() as session:
        thing = _subject(session, kind, ident)
        require(policy.why_not_moderate(actor, thing.scope, thing.author_id))
        latest = (
            sa.select(Report)
            .where(Report.subject_kind == kind, Report.subject_id == ident, Report.state == ReportState.HIDDEN)
            .order_by(Report.id.desc())
            .limit(1)
            .with_for_update()
        )
        found = session.scalars(latest).one_or_none()
        if found is None:
            raise Conflict(_l("This is not hidden (any more)."))
        _change(session, kind, ident, hidden=False, hidden_at=None, hidden_reason=None, hidden_note="")
        before = found.state
        found.restore_reason = str(coded)
        _close(found, actor, ReportState.RESTORED, None, note)
        audit.record(
            session,
            actor,
            "report.restore",
            ("report", found.id),
            before=before,
            after=found.state,
            reason=coded,
            note=note,
            thing=f"{kind}/{ident}",
        )
        _tell(session, found)
        return found


def _hide(session, kind: str, ident: int, reason: HideReason, note: str) -> None:
    _change(session, kind, ident, hidden=True, hidden_at=utcnow(), hidden_reason=str(reason), hidden_note=note)


def _change(session, kind: str, ident: int, *, hidden: bool, **values) -> None:
    """Let the feature adjust its counts, then change the thing, unless somebody was faster."""
    known = things[kind]
    thing = session.get_one(known.model, ident, options=known.load, populate_existing=True)
    if thing.is_hidden is hidden:
        raise Conflict(_l("A colleague has already decided about this."))
    if known.hide is not None:
        known.hide(session, thing, hidden)
    as_seen = known.model.hidden_at.is_(None) if hidden else known.model.hidden_at.isnot(None)
    if hasattr(known.model, "state"):
        as_seen = sa.and_(as_seen, known.model.state == thing.state)
    done = session.execute(
        sa.update(known.model).where(known.model.id == ident, as_seen).values(**values),
        execution_options={"synchronize_session": False},
    )
    if done.rowcount != 1:
        raise Conflict(_l("A colleague has already decided about this."))
    for name, value in values.items():
        orm.attributes.set_committed_value(thing, name, value)
    if known.photos:
        files.hide_photos(session, kind, ident, hidden)


def _subject(session, kind: str, ident: int) -> links.Subject:
    found = links.describe(session, [(kind, ident)]).get((kind, ident)) if kind in things else None
    if found is None:
        raise NotFound(_l("There is nothing at this address (any more)."))
    return found


def _reason(reason) -> HideReason:
    try:
        return HideReason(reason or "")
    except ValueError as problem:
        raise Invalid(_l("Choose the rule that was broken.")) from problem


def _restore_reason(reason) -> RestoreReason:
    try:
        return RestoreReason(reason or "")
    except ValueError as problem:
        raise Invalid(_l("Choose why it is shown again.")) from problem


def _note(note: str, *, needed: bool) -> str:
    note = clean(note)
    if needed and not note:
        raise Invalid(_l("Tell the author why. It is sent as you write it."))
    if len(note) > NOTE:
        raise Invalid(_l("At most %(max)s characters, please shorten it.", max=NOTE))
    return note


def _reported(session, actor, found: Report) -> bool:
    return session.scalar(
        sa.select(sa.exists().where(Reporter.report_id == found.id, Reporter.user_id == (actor.id or 0)))
    )


def _close(found: Report, actor, state: ReportState, reason: HideReason | None, note: str) -> None:
    found.state, found.reason, found.note = state, str(reason) if reason else found.reason, note
    found.decided_at, found.decided_by = utcnow(), actor.id


def _tell(session, found: Report) -> None:
    outbox.publish(
        session, ModerationDecided(found.subject_kind, found.subject_id, found.author_id, str(found.state), found.id)
    )
