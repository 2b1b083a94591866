"""What is found on a patrol, and what becomes of it."""

from collections.abc import Iterable

import sqlalchemy as sa

from portal import audit, db, files
from portal.categories.models import Category
from portal.db import transaction
from portal.errors import Conflict, Invalid
from portal.patrols import policy, privacy
from portal.patrols.checklist import BY_NUMBER
from portal.patrols.errors import Wrong
from portal.patrols.models import Finding, Outcome, Patrol
from portal.patrols.service.walks import sent_before
from portal.places import counts
from portal.policy import require
from portal.text.clean import clean, one_line
from portal.text.lazy import _l

MOST = 50  # findings of one patrol


def add_finding(actor, patrol_id: int, *, item: int | None = None, category_id: int | None = None, where: str, note: str = "",
                outcome: str = "open", uploads: Iterable[bytes] = (), alts: Iterable[str] = (), client_key: str | None = None) -> Finding:  # fmt: skip
    """Record one thing: what (an item of the checklist or a category), where, and whether it was done on the spot. Its item is
    marked as a problem."""
    try:
        pictures = files.prepare_all(uploads)  # slow, so before anything is locked
    except Invalid as problem:
        raise Wrong("photos", problem.why) from problem
    with transaction() as session:
        patrol = db.locked(session, Patrol, patrol_id)
        if made := sent_before(session, Finding, client_key, lambda finding: finding.patrol_id == patrol.id):
            return made
        require(policy.why_not_write(actor, patrol))
        where, note, alts = one_line(where), clean(note), [one_line(alt) for alt in alts]
        _check(where, note, alts, outcome, patrol)
        finding = Finding(patrol_id=patrol.id, item=_item(item), category_id=_category(session, item, category_id), where=where, note=note,
                          outcome=Outcome(outcome), client_key=client_key or None)  # fmt: skip
        session.add(finding)
        session.flush()
        try:
            files.attach_photos(session, actor, ("finding", finding.id), pictures, alts, new=True)
        except Invalid as problem:
            raise Wrong("photos", problem.why) from problem
        _count(session, patrol, finding.outcome, +1)
        if finding.item is not None:
            patrol.checklist = patrol.checklist | {str(finding.item): "problem"}
        audit.record(
            session,
            actor,
            "finding.add",
            ("finding", finding.id),
            after=finding.outcome,
            patrol=patrol.id,
            item=finding.item,
        )
        return finding


def remove_finding(actor, finding_id: int) -> Patrol:
    """Take back what was recorded by mistake, with its photos, before the patrol is handed in. An item without a finding is judged
    anew. Returns the patrol."""
    with transaction() as session:
        patrol = _patrol_of(session, finding_id)
        require(policy.why_not_write(actor, patrol))
        finding = db.locked(session, Finding, finding_id)
        if finding.outcome in (Outcome.REPORTED, Outcome.PROPOSED):
            raise Conflict(_l("This finding has become a case or a proposal; it stays."))
        files.remove_photos(session, files.Photo.owner_kind == "finding", files.Photo.owner_id == finding.id)
        session.delete(finding)
        session.flush()
        _judge_anew(session, patrol, finding.item)
        _count(session, patrol, finding.outcome, -1)
        audit.record(
            session, actor, "finding.remove", ("finding", finding.id), before=finding.outcome, patrol=patrol.id
        )
        return patrol


def _patrol_of(session, finding_id: int) -> Patrol:
    """The patrol of a finding, fresh and locked. Raises NoResultFound."""
    wanted = sa.select(Patrol).join(Finding, Finding.patrol_id == Patrol.id).where(Finding.id == finding_id)
    return session.scalars(wanted.with_for_update(of=Patrol).execution_options(populate_existing=True)).one()


def led_to(session, finding_id: int, outcome: Outcome | str) -> Finding:
    """A finding became a case (`reported`) or a proposal (`proposed`): in the caller's transaction, which has asked
    `policy.why_not_lead_on` and adds the link. Once more changes nothing; somebody else's step in between is a Conflict."""
    outcome = Outcome(outcome)
    finding = db.locked(session, Finding, finding_id)
    if finding.outcome is outcome:
        return finding
    if finding.outcome is not Outcome.OPEN and (finding.outcome, outcome) != (Outcome.PROPOSED, Outcome.REPORTED):
        raise Conflict(_l("This finding is settled already."))
    patrol = session.get_one(Patrol, finding.patrol_id)
    counts.moved(session, "finding", patrol.place_code, finding.outcome, outcome)
    finding.outcome = outcome
    return finding


def _check(where: str, note: str, alts: list[str], outcome: str, patrol: Patrol) -> None:
    if not 2 <= len(where) <= 60:
        raise Wrong("where", _l("Enter a door number or crossing, 2 to 60 characters."))
    if len(note) > 400:
        raise Wrong("note", _l("At most %(max)s characters, please shorten it.", max=400))
    if outcome not in (Outcome.ON_THE_SPOT, Outcome.OPEN):
        raise Wrong("outcome", _l("Done on the spot, or to be reported? Choose one."))
    for field, text in (("where", where), ("note", note), *(("alt", alt) for alt in alts)):
        if why := privacy.why_not(text):
            raise Wrong(field, why)
    if patrol.finding_count >= MOST:
        raise Invalid(_l("One patrol holds at most %(most)s findings. Hand it in and start another.", most=MOST))


def _item(item: int | None) -> int | None:
    if item is not None and item not in BY_NUMBER:
        raise Wrong("what", _l("Choose what it is."))
    return item


def _category(session, item: int | None, category_id: int | None) -> int | None:
    """The class chosen, or the usual one of the checklist item."""
    wanted = sa.select(Category.id).where(Category.retired.is_(False))
    if category_id is not None:
        found = session.scalar(wanted.where(Category.id == category_id))
    elif item in BY_NUMBER:
        return session.scalar(wanted.where(Category.identifier == BY_NUMBER[item].categories[0]))
    else:
        found = None
    if found is None:
        raise Wrong("what", _l("Choose what it is."))
    return found


def _judge_anew(session, patrol: Patrol, item: int | None) -> None:
    """Take the mark off an item for which no finding is left."""
    left = sa.select(Finding.id).where(Finding.patrol_id == patrol.id, Finding.item == item).limit(1)
    if item is not None and session.scalar(left) is None:
        patrol.checklist = {key: mark for key, mark in patrol.checklist.items() if key != str(item)}


def _count(session, patrol: Patrol, outcome: Outcome, by: int) -> None:
    patrol.finding_count += by
    patrol.on_spot_count += by if outcome is Outcome.ON_THE_SPOT else 0
    counts.moved(session, "finding", patrol.place_code, None if by > 0 else outcome, outcome if by > 0 else None)
