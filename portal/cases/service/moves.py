"""Taking a case one step along its life."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal import audit, db, files, outbox
from portal.cases import numbers, policy
from portal.cases.events import CaseMoved
from portal.cases.models import Case
from portal.cases.service import clocks, follow, given
from portal.cases.states import DISPATCH_HOURS, MOVES, PUBLIC_REASONS, ClosingReason
from portal.categories.models import Category
from portal.clock import utcnow
from portal.db import transaction
from portal.errors import Conflict, Invalid, NotFound, Refused
from portal.places import counts
from portal.places.models import codes_above
from portal.policy import require
from portal.text.lazy import _l
from portal.units.models import Unit
from portal.units.queries import LEADS


def move(actor, case_id: int | str, action: str, **values) -> Case:
    """Make a move of `states.MOVES`. `case_id` is the id, or (a str) the number.

    Besides what the table asks for: `public_note` (words to the residents), `note` (stays with the staff), `co_unit_ids`
    on a dispatch, `uploads` and `alts` for photos of the result, `duplicate_of` (a number) for a duplicate.
    """
    if action not in MOVES:
        raise Invalid(_l("There is no such step."))
    pictures = files.prepare_all(values.get("uploads") or ())
    with transaction() as session:
        case = locked(session, case_id)
        require_move(actor, case, action)
        step, now = MOVES[action], utcnow()
        said = given.read(case, action, values)
        details = _told(action, said)
        with session.no_autoflush:  # one UPDATE at the end
            clocks.run(session, case, step.clock, now)
            if change := _CHANGES.get(action):
                details |= (
                    change(session, actor, case, said | {k: v for k, v in values.items() if k not in said}, now) or {}
                )
        before, case.state, case.state_since = case.state, step.go_to, now
        clocks.rank(case)
        if action != "evaluate":
            case.public_note = details.get("public") or ""  # the last words to the residents, if this step said any
        if pictures:
            files.attach_photos(
                session, actor, ("case", case.id), pictures, values.get("alts") or (), purpose="after", most=12
            )
        audit.record(session, actor, f"case.{action}", ("case", case.id), before=before, after=case.state,
                     role=policy.acting_role(actor, case, action), **details)  # fmt: skip
        if not case.is_hidden:  # hidden cases are not among those a place counts
            counts.moved(session, "case", case.place_code, before, case.state)
        outbox.publish(session, CaseMoved(case.id, action, actor.id))
        _tell_proposals(session, case, action)
        return case


def check(actor, case_id: int | str, action: str, **values) -> None:
    """Is what was filled in complete and right? For a page that asks once more; changes nothing."""
    session = db.Session()
    case = _found(session, case_id)
    require_move(actor, case, action)
    said = given.read(case, action, values)
    _original(session, case, values | said)


NO_PICTURE = _l("Add at least one photo of how it looks now.")


def lacks_picture(action: str, category: Category, uploads) -> bool:
    """Whoever reports something that can be seen as handled shows how it looks now."""
    return action == "report_handled" and category.visible_problem and not uploads


def supervise(actor, case_id: int | str, level: str, reason: str) -> Case:
    """Order closer supervision of a case under way: `normal` or `key`."""
    if level not in ("normal", "key"):
        raise Invalid(_l("Choose one of the options."))
    with transaction() as session:
        case = locked(session, case_id)
        refusal = policy.why_not_supervise(actor, case)
        if refusal is policy.TOO_LATE:
            raise Conflict(refusal.why)
        require(refusal)
        reason = given.text(reason)
        if not reason:
            raise Invalid(given.MISSING["reason"])
        before, case.supervised_level = case.supervised_level, level
        audit.record(session, actor, "case.supervise", ("case", case.id), before=before or None, after=level,
                     role="command_lead", reason=reason)  # fmt: skip
        outbox.publish(session, CaseMoved(case.id, "supervise", actor.id))
        return case


def locked(session, case_id: int | str) -> Case:
    """The case by id or number, locked. Raises NotFound."""
    return _found(session, case_id, with_for_update=True)


def _found(session, case_id: int | str, with_for_update: bool = False) -> Case:
    here = Case.number == numbers.digits_of(case_id) if isinstance(case_id, str) else Case.id == case_id
    wanted = sa.select(Case).where(here).execution_options(populate_existing=True)
    found = session.scalars(wanted.with_for_update() if with_for_update else wanted).one_or_none()
    if found is None:
        raise (
            numbers.not_found(case_id)
            if isinstance(case_id, str)
            else NotFound(_l("There is no case with this number."))
        )
    return found


def require_move(actor, case: Case, action: str) -> None:
    """Raises Conflict where somebody was faster, Refused otherwise."""
    refusal = policy.why_not_move(actor, case, action)
    if refusal is policy.TOO_LATE:
        raise Conflict(refusal.why)
    require(refusal)


def _told(action: str, said: dict[str, Any]) -> dict[str, Any]:
    """What the ledger keeps: `public` is shown on the case's page, everything else stays with the staff."""
    public = said["public_note"] or said.get("result") or said.get("summary")
    if not public and action in PUBLIC_REASONS:
        public = said.get("reason")
    kept: dict[str, Any] = {
        name: said[name] for name in ("reason", "reason_code", "note", "until", "review_at", "found") if name in said
    }
    return {**kept, "public": public}


def _tell_proposals(session, case: Case, action: str) -> None:
    if action == "dispatch":
        follow.start_proposals(session, case)
    elif action in ("close", "close_abnormal"):
        follow.finish_proposals(session, case)
    elif action in ("not_accept", "void", "withdraw"):
        follow.give_back_proposals(session, case)


def _accept(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.accepted_at = now


def _not_accept(session, actor, case: Case, said: dict, now: datetime) -> dict:
    case.reason_code, case.closed_at = str(said["reason_code"]), now
    return _parent(session, case, said)


def _verify(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.verified = said["found"]


def _file(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.filed_at = now


def _dispatch(session, actor, case: Case, said: dict, now: datetime) -> dict:
    lead, others = _units(session, case, said)
    case.lead_unit_id, case.co_unit_ids = lead.id, [unit.id for unit in others]
    case.dispatched_at = now
    case.return_until = clocks.return_until(case, now)
    return {
        "unit": lead.name,
        "unit_id": lead.id,
        "co_units": [unit.name for unit in others] or None,
        "due_at": case.due_at,
    }


def _units(session, case: Case, said: dict) -> tuple[Unit, list[Unit]]:
    """Exactly one lead unit that may lead here, and the units that help it (never the community as lead: K14)."""
    lead_id = said["lead_unit_id"]
    co_ids = list(dict.fromkeys(given.unit_id(value, "co_unit_ids") for value in said.get("co_unit_ids") or ()))[:10]
    found = {unit.id: unit for unit in session.scalars(sa.select(Unit).where(Unit.id.in_([lead_id, *co_ids])))}
    around = codes_above(case.place_code)
    if any(
        found.get(i) is None or found[i].retired_at or found[i].place_code not in around for i in (lead_id, *co_ids)
    ):
        wrong = (
            "lead_unit_id"
            if lead_id not in found or found[lead_id].retired_at or found[lead_id].place_code not in around
            else "co_unit_ids"
        )
        raise Invalid(_l("Choose units that work in this place."), field=wrong)
    lead = found[lead_id]
    if lead.kind not in LEADS:
        raise Refused(_l("A residents’ committee or a command centre may support, but never lead."))
    return lead, [found[i] for i in co_ids if i != lead_id]


def _return(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.return_count += 1
    case.dispatch_due_at = now + timedelta(hours=DISPATCH_HOURS)  # anew


def _reject_return(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.return_until = None  # it was looked at; the unit handles it


def _ask_extension(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.extension_until = said["until"]


def _grant_extension(session, actor, case: Case, said: dict, now: datetime) -> dict:
    until = case.extension_until
    if until is not None and case.due_at is not None and until > case.due_at:
        clocks.extend(case, until, now)
    case.extension_count += 1
    case.extension_until = None
    return {"due_at": case.due_at}


def _refuse_extension(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.extension_until = None


def _suspend(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.review_at = said["review_at"]


def _resume(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.review_at = None


def _handled(session, actor, case: Case, said: dict, now: datetime) -> None:
    if lacks_picture("report_handled", session.get_one(Category, case.category_id), said.get("uploads")):
        raise Invalid(NO_PICTURE, field="photos")
    case.result, case.handled_at, case.handled_by = said["result"], now, actor.id


def _passed(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.inspected_at, case.inspected_by = now, actor.id


def _failed(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.rework_count += 1


def _close(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.closed_at, case.reason_code = now, str(ClosingReason.FIXED)


def _close_abnormal(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.closed_at, case.reason_code = now, str(said["reason_code"])


def _void(session, actor, case: Case, said: dict, now: datetime) -> dict:
    case.closed_at, case.reason_code = now, str(said["reason_code"])
    return _parent(session, case, said)


def _withdraw(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.closed_at, case.reason_code = now, str(ClosingReason.WITHDRAWN)


def _reopen(session, actor, case: Case, said: dict, now: datetime) -> None:
    case.reopen_count += 1
    case.closed_at = None


def _parent(session, case: Case, said: dict) -> dict:
    parent = _original(session, case, said)
    if parent is None:
        return {}
    case.duplicate_of_id = parent.id
    return {"duplicate_of": parent.number}


def _original(session, case: Case, said: dict) -> Case | None:
    """A duplicate names the case it repeats, which is never itself a duplicate."""
    if said.get("reason_code") is not ClosingReason.DUPLICATE:
        return None
    typed = said.get("duplicate_of")
    if not isinstance(typed, str) or not typed.strip():
        raise Invalid(_l("Write the number of the case that this one repeats."), field="duplicate_of")
    parent = session.scalars(sa.select(Case).where(Case.number == numbers.digits_of(typed))).one_or_none()
    if parent is None:
        raise Invalid(numbers.not_found(typed).why, field="duplicate_of")
    if parent.id == case.id or parent.duplicate_of_id is not None:
        raise Invalid(_l("Choose the original case, not this one or another duplicate."), field="duplicate_of")
    return parent


_CHANGES: dict[str, Callable[..., dict | None]] = {
    "accept": _accept, "not_accept": _not_accept, "verify": _verify, "file": _file, "dispatch": _dispatch,
    "redispatch": _dispatch, "return": _return, "reject_return": _reject_return, "ask_extension": _ask_extension,
    "grant_extension": _grant_extension, "refuse_extension": _refuse_extension, "suspend": _suspend, "resume": _resume,
    "report_handled": _handled, "pass_inspection": _passed, "fail_inspection": _failed, "close": _close,
    "close_abnormal": _close_abnormal, "void": _void, "withdraw": _withdraw, "reopen": _reopen,
}  # fmt: skip

__all__ = ["check", "locked", "move", "require_move", "supervise"]
