"""Proposals and objections as others see them, and what others tell them."""

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.accounts import me
from portal.ballots.service import belongs_to
from portal.clock import utcnow
from portal.conversations.service import close_thread, counters
from portal.links import Subject, subject
from portal.links.panels import panel
from portal.moderation.service import reportable
from portal.proposals import queries, stations
from portal.proposals.models import Follow, Objection, Proposal
from portal.proposals.service import deadlines, notice, steps
from portal.proposals.states import OPEN_TO_TALK, ProposalState
from portal.text.clean import excerpt
from portal.text.lazy import _l


@subject("proposal")
def proposals(session, ids):
    for p in session.scalars(sa.select(Proposal).where(Proposal.id.in_(ids))):
        yield Subject(
            "proposal",
            p.id,
            p.title,
            f"/proposals/{p.id}",
            _l("Proposal"),
            p.scope,
            p.state.value,
            p.author_id,
            p.is_public,
            thing=p,
        )


@subject("objection")
def objections(session, ids):
    wanted = sa.select(Objection).where(Objection.id.in_(ids)).options(orm.joinedload(Objection.proposal))
    for o in session.scalars(wanted):
        p = o.proposal
        yield Subject("objection", o.id, excerpt(o.body, 60), f"/proposals/{p.id}#objection-{o.id}", _l("Objection"), p.scope,
                      "", o.author_id, p.is_public and not o.is_hidden, thing=o)  # fmt: skip


_SHORT = orm.load_only(
    Proposal.title, Proposal.state, Proposal.objections_until, Proposal.ballot_opens_at, Proposal.due_at
)


def _mine(actor):
    """What this person has proposed, drafts among it unless they were deleted, newest first."""
    mine = (
        sa.select(Proposal)
        .options(_SHORT)
        .where(Proposal.author_id == actor.id, sa.or_(Proposal.state != ProposalState.WITHDRAWN, Proposal.title != ""))
        .order_by(Proposal.id.desc())
        .limit(10)
    )
    for p in db.Session().scalars(mine):
        yield p.title or _l("No title yet"), f"/proposals/{p.id}", stations.badge(p, utcnow())[0]


def _followed(actor):
    """What others proposed and this person seconds or follows."""
    wanted = sa.select(Proposal).options(_SHORT).join(Follow, Follow.proposal_id == Proposal.id).where(
        Follow.user_id == actor.id, Proposal.author_id != actor.id, Proposal.hidden_at.is_(None)
    ).order_by(Follow.at.desc()).limit(10)  # fmt: skip
    for p in db.Session().scalars(wanted):
        yield p.title, f"/proposals/{p.id}", stations.badge(p, utcnow())[0]


def _comment_counted(session, proposal_id: int, by: int) -> None:
    counted = sa.update(Proposal).where(Proposal.id == proposal_id).values(comment_count=Proposal.comment_count + by)
    session.execute(counted, execution_options={"synchronize_session": False})


def _proposal_hidden(session, p: Proposal, hide: bool) -> None:
    p = steps.load(session, p.id)
    close_thread(session, p.thread_id, closed=hide or p.state not in OPEN_TO_TALK)
    if p.is_published and p.is_hidden is not hide:
        steps.count_visible(session, p, not hide, utcnow())


def _is_hidden(ident):
    return sa.exists().where(Proposal.id == ident, Proposal.hidden_at.isnot(None))


counters["proposal"] = _comment_counted
reportable("proposal", Proposal, hide=_proposal_hidden, photos=True)
reportable("objection", Objection, hide=notice.objection_hidden)
belongs_to("proposal", lock=steps.load, closed=deadlines.ballot_closed, annulled=deadlines.ballot_annulled,
           opened=deadlines.ballot_opened, hidden=_is_hidden)  # fmt: skip
me.section(_l("My proposals"), _mine)
me.section(_l("What I second or follow"), _followed)


@panel("topic")
def on_topic(_actor, topic):
    """What came of a topic."""
    return queries.from_topic(topic.id)


@panel("space")
def on_space(_actor, space):
    """The newest proposals that go through this space."""
    return {"rows": queries.list_proposals(space_id=space.id, size=6).rows, "now": utcnow()}
