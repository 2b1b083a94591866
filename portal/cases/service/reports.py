"""A case begins."""

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa

from portal import audit, db, files, links, outbox
from portal.cases import numbers, policy
from portal.cases.events import CaseMoved
from portal.cases.models import Case, CaseTerm, urgency_of
from portal.cases.states import ACCEPT_HOURS, DISPATCH_HOURS, CaseSource, CaseState
from portal.categories.models import Category
from portal.clock import BEIJING, utcnow
from portal.errors import Invalid
from portal.places import counts
from portal.places.models import Place
from portal.policy import Scope, require
from portal.text.clean import clean, one_line
from portal.text.lazy import _l
from portal.text.terms import index_terms

TITLE, WHERE, DESCRIPTION = 120, 120, 4000  # characters


def report(actor, *, title: str, description: str, category_id: int, place_code: str, where: str = "",
           source: CaseSource = CaseSource.RESIDENT, uploads: Iterable[bytes] = (), alts: Iterable[str] = (),
           client_key: str | None = None, led_from: tuple[str, int] | None = None, reporter_id: int | None = None,
           ) -> Case:  # fmt: skip
    """Report a matter to the authorities. `led_from` is the proposal or finding it came from; its photos are taken over.

    Sent twice with the same `client_key` it is one case.
    """
    require(policy.why_not_report(actor, place_code, source))
    if client_key and source is CaseSource.RESIDENT:  # typed by whoever sends the form: never the key of somebody else
        client_key = f"u{actor.id}:{client_key}"[:64]
    pictures = files.prepare_all(uploads)  # slow, so before anything is locked
    with db.transaction() as session:
        now = utcnow()
        year = now.astimezone(BEIJING).year
        if client_key:
            numbers.lock_year(session, year)
            if twin := session.scalars(sa.select(Case).where(Case.client_key == client_key)).one_or_none():
                return twin
        category = _category(session, category_id)
        _check_place(session, place_code)
        if source is CaseSource.RESIDENT and category.visible_problem and not pictures:
            raise Invalid(_l("Add at least one photo: this kind of problem can be seen."))
        case = Case(
            number=numbers.next_number(session, year), title=_title(title), description=clean(description)[:DESCRIPTION],
            category_id=category.id, place_code=place_code, where=one_line(where)[:WHERE], source=source,
            reporter_id=_reporter(actor, source, reporter_id), state=CaseState.REPORTED, co_unit_ids=[], reported_at=now,
            state_since=now, accept_due_at=now + timedelta(hours=ACCEPT_HOURS), dispatch_due_at=now + timedelta(hours=DISPATCH_HOURS),
            limit_value=category.limit_value, limit_unit=category.limit_unit, client_key=client_key or None,
            urgency=urgency_of(now + timedelta(hours=ACCEPT_HOURS)),
        )  # fmt: skip
        session.add(case)
        session.flush()
        index_words(session, [(case.id, f"{case.title} {case.where}")])
        files.attach_photos(session, actor, ("case", case.id), pictures, alts, purpose="before", new=True)
        if led_from:
            links.add(session, led_from, ("case", case.id))
            files.take_over(session, led_from, ("case", case.id))
        audit.record(session, actor, "case.report", ("case", case.id), after=case.state, role=_role(actor, source, place_code),
                     source=source, category=category.full_code,
                     led_from=f"{led_from[0]}/{led_from[1]}" if led_from else None)  # fmt: skip
        counts.moved(session, "case", case.place_code, None, case.state)
        outbox.publish(session, CaseMoved(case.id, "report", actor.id))
        return case


def index_words(session, named: Iterable[tuple[int, str]]) -> None:
    """Write down by which words these cases, (id, title and whereabouts) each, are found; what a case is called never changes."""
    db.insert_new(
        session, CaseTerm, [{"term": term, "case_id": ident} for ident, words in named for term in index_terms(words)]
    )


def _title(title: str) -> str:
    title = one_line(title)
    if not title:
        raise Invalid(_l("Write in one sentence what it is about."))
    if len(title) > TITLE:
        raise Invalid(_l("At most %(max)s characters, please shorten it.", max=TITLE))
    return title


def _category(session, category_id: int) -> Category:
    category = session.get(Category, category_id)
    if category is None or category.retired:
        raise Invalid(_l("Choose what it is about from the list."))
    return category


def _check_place(session, place_code: str) -> None:
    place = session.get(Place, (place_code or "")[:24])
    if place is None or place.retired_at is not None:
        raise Invalid(_l("Choose the community in which it is."))


def _reporter(actor, source: CaseSource, reporter_id: int | None) -> int | None:
    """Who may rate it: the resident, the patrol, the author of the proposal; nobody for what the desk enters."""
    if source in (CaseSource.RESIDENT, CaseSource.PATROL):
        return actor.id
    return reporter_id if source is CaseSource.PROPOSAL else None


def _role(actor, source: CaseSource, place_code: str) -> str:
    """In which role, for the ledger. What a proposal asks for is reported by whoever answers it."""
    if source is CaseSource.PROPOSAL and (held := actor.roles_on(Scope(place=place_code)) & policy.PROPOSAL_ROLES):
        return min(held).value
    return {CaseSource.RESIDENT: "reporter", CaseSource.PATROL: "volunteer"}.get(source, "acceptor")
