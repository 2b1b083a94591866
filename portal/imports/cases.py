"""Filing imported proposals that were accepted as cases, a batch at a time, in the transaction of the import."""

import sqlalchemy as sa
from sqlalchemy import orm

from portal import audit
from portal.cases import numbers
from portal.cases.models import Case, urgency_of
from portal.cases.service.reports import index_words
from portal.cases.states import CaseSource, CaseState
from portal.categories.models import Category
from portal.clock import BEIJING, utcnow
from portal.errors import Invalid
from portal.links import Link
from portal.places import counts
from portal.policy import SYSTEM
from portal.proposals.models import Proposal
from portal.proposals.states import AcceptedHow, ProposalState
from portal.text.clean import excerpt
from portal.text.lazy import _l

CATEGORY = "other_matter"


def file(session: orm.Session, refs: list[str]) -> int:
    """File those of these imported proposals that wait for a case, each linked with its own; returns how many.

    What was hidden or has gone on in another way since its import is left as it is. Raises Invalid where the categories
    are not loaded yet.
    """
    wanted = sa.select(
        Proposal.id, Proposal.title, Proposal.body, Proposal.place_code, Proposal.author_id, Proposal.answered_at, Proposal.source_ref
    ).where(
        Proposal.source_ref.in_(refs), Proposal.state == ProposalState.ACCEPTED, Proposal.accepted_how == AcceptedHow.STREET_TASK,
        Proposal.hidden_at.is_(None),
    ).order_by(Proposal.id).with_for_update()  # fmt: skip
    proposals = session.execute(wanted).mappings().all()
    if not proposals:
        return 0
    category = session.scalars(sa.select(Category).where(Category.identifier == CATEGORY)).one_or_none()
    if category is None:
        raise Invalid(_l("Load the categories first: portal load categories"))
    year = utcnow().astimezone(BEIJING).year
    given = numbers.next_numbers(session, year, len(proposals))
    rows = [_row(proposal, number, category) for proposal, number in zip(proposals, given, strict=True)]
    insert = sa.insert(Case).returning(Case.id, sort_by_parameter_order=True)
    ids = list(session.scalars(insert, rows))
    index_words(session, ((ident, row["title"]) for row, ident in zip(rows, ids, strict=True)))
    session.execute(
        sa.insert(Link),
        [
            {"from_kind": "proposal", "from_id": proposal["id"], "to_kind": "case", "to_id": ident}
            for proposal, ident in zip(proposals, ids, strict=True)
        ],
    )
    session.execute(
        sa.update(Proposal)
        .where(Proposal.id.in_([proposal["id"] for proposal in proposals]))
        .values(accepted_how=AcceptedHow.CASE)
    )
    for row, ident in zip(rows, ids, strict=True):
        counts.moved(session, "case", row["place_code"], None, row["state"])
        audit.record(session, SYSTEM, "case.import", ("case", ident), after=row["state"], source=row["source_ref"])
    return len(ids)


def _row(proposal: sa.RowMapping, number: str, category: Category) -> dict:
    at = proposal["answered_at"]
    return {
        "number": number, "title": proposal["title"], "description": excerpt(proposal["body"], 4000),
        "category_id": category.id, "place_code": proposal["place_code"], "where": "", "source": CaseSource.PROPOSAL,
        "reporter_id": proposal["author_id"], "state": CaseState.FILED, "state_since": at, "co_unit_ids": [],
        "reported_at": at, "accepted_at": at, "filed_at": at, "limit_value": category.limit_value,
        "limit_unit": category.limit_unit, "urgency": urgency_of(at), "source_ref": proposal["source_ref"],
    }  # fmt: skip
