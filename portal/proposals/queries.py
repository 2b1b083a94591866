"""Reading proposals. Lists page by key; how many there are is stored, not counted."""

from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.accounts.models import User
from portal.clock import utcnow
from portal.errors import NotFound
from portal.links import Link
from portal.patrols.models import Finding, Patrol
from portal.places.counts import inside
from portal.places.models import codes_above
from portal.policy import Role
from portal.proposals.models import Follow, Objection, OutcomeRating, Proposal, ProposalTerm, ProposalVersion, Second
from portal.proposals.states import GROUPS, PRIVATE, ROLES, ProposalState, Who
from portal.spaces.models import Space
from portal.text.finding import has_words, typed
from portal.text.lazy import _l
from portal.text.terms import terms
from portal.web import paging

S = ProposalState
OPEN_ENDED = (
    GROUPS["gathering"] | GROUPS["deliberating"] | GROUPS["voting"] | GROUPS["publicity"]
)  # those that end soon
PUBLIC = frozenset(S) - PRIVATE
COMMON = 2000  # a term in more titles than this says little


def get_proposal(proposal_id: int) -> Proposal:
    """The proposal with author, space, place, category, thread and ballot. Raises NotFound; whether it may be seen, policy knows."""
    found = db.Session().scalars(_ONE, {"id": proposal_id}).one_or_none()
    if found is None:
        raise NotFound(_l("There is no such proposal (any more)."))
    return found


def title_of(proposal_id: int) -> tuple[int, str] | None:
    """(id, title) of a public proposal."""
    wanted = sa.select(Proposal.id, Proposal.title).where(Proposal.id == proposal_id, *_public())
    row = db.Session().execute(wanted).one_or_none()
    return (row[0], row[1]) if row else None


def place_of_finding(finding_id: int) -> str:
    """The code of the place in which a patrol found something. Raises NotFound."""
    wanted = sa.select(Patrol.place_code).join(Finding, Patrol.id == Finding.patrol_id).where(Finding.id == finding_id)
    code = db.Session().scalar(wanted)
    if code is None:
        raise NotFound(_l("There is nothing at this address (any more)."))
    return code


def list_proposals(
    place_code: str | None = None, *, group: str | None = None, theme=None, text: str | None = None, sort: str = "new",
    space_id: int | None = None, author_id: int | None = None, private: bool = False, many: bool = False, after=None, before=None,
    size: int = 20,
) -> paging.Page:  # fmt: skip
    """Public proposals of a place and below it with their authors and ballots, a page of them. One statement.

    `group` is a key of `states.GROUPS`; `text` words of the title; `sort` is new, due (what ends first) or seconds;
    `private=True` adds what is not public yet and is meant for lists of one's own (`author_id`); `many` is what
    `places.counts.totals` says of the place.
    """
    words, due = typed(text), sort == "due"
    if words.senseless:
        return paging.Page([])
    wanted = _listing(
        group if group in GROUPS else None, private=private, place=bool(place_code), many=many and not text, theme=bool(theme),
        space=space_id is not None, author=author_id is not None, words=words.shape, due=due,
    )  # fmt: skip
    given = words.given | {"place": place_code, "theme": theme, "space": space_id, "author": author_id}
    newest = Proposal.created_at if private else Proposal.published_at
    first = Proposal.due_at if due else Proposal.seconds_count if sort == "seconds" else newest
    page = {"size": size, "after": after, "before": before, "drawn": _ROWS if words.shape.begun else None}
    return paging.by_key(db.Session(), wanted, [first, Proposal.id], given=given, ascending=due, **page)


@lru_cache(maxsize=256)
def _listing(group: str | None, *, private, place, many, theme, space, author, words, due) -> sa.Select:
    """The statement of a list that is narrowed by these, built once for all readers."""
    wanted = sa.select(Proposal.id) if words.begun else _ROWS
    if not private:
        wanted = wanted.where(*_public(GROUPS.get(group or "")))
    elif group:
        wanted = wanted.where(Proposal.state.in_(GROUPS[group]))
    if due:
        wanted = wanted.where(Proposal.due_at.isnot(None), Proposal.state.in_(GROUPS[group] if group else OPEN_ENDED))
    if place:
        wanted = wanted.where(inside(Proposal.place_code, sa.bindparam("place", type_=sa.String), many=many))
    for asked, column, name in (
        (theme, Proposal.theme, "theme"),
        (space, Proposal.space_id, "space"),
        (author, Proposal.author_id, "author"),
    ):
        if asked:
            wanted = wanted.where(column == sa.bindparam(name, type_=column.type))
    if not words.begun:
        return wanted if place or theme or space or author else db.plan_once(wanted)
    ident = db.followed(Proposal.id) if words.common and not words.whole else Proposal.id
    return wanted.where(has_words(words, ident, ProposalTerm.term, ProposalTerm.proposal_id))


def grouped(by_state: dict[str, int]) -> dict[str, int]:
    """Counts by group and altogether, from counts by state."""
    by_group = {name: sum(by_state.get(state.value, 0) for state in states) for name, states in GROUPS.items()}
    return {"all": sum(by_group.values()), **by_group}


def from_topic(topic_id: int) -> list[Proposal]:
    """The public proposals that came out of a topic, oldest first. One query."""
    came = sa.and_(Link.to_kind == "proposal", Link.to_id == Proposal.id)
    wanted = sa.select(Proposal).join(Link, came).where(Link.from_kind == "topic", Link.from_id == topic_id, *_public())
    return list(db.Session().scalars(wanted.options(*_DRAWN).order_by(Proposal.id).limit(20)))


def similar(title: str, place_code: str, limit: int = 5, not_id: int | None = None) -> list[Proposal]:
    """Public proposals of the same district whose titles share the telling words: those of the street first.

    Two statements: how common each word is, then the titles with the rarest ones.
    """
    session, words = db.Session(), terms(title, most=24)
    if not words or not place_code:
        return []
    how_many = (
        sa.select(ProposalTerm.term, sa.func.count()).where(ProposalTerm.term.in_(words)).group_by(ProposalTerm.term)
    )
    found = sorted(session.execute(how_many).tuples().all(), key=lambda row: (row[1], row[0]))
    telling = [row for row in found if row[1] <= COMMON][:6] or found[:1]
    if not telling:
        return []
    weights = {term: 1 / (1 + n) ** 0.5 for term, n in telling}
    score = sa.func.sum(sa.case(weights, value=ProposalTerm.term, else_=0.0)).label("score")
    matches = (
        sa.select(ProposalTerm.proposal_id, score)
        .where(ProposalTerm.term.in_(list(weights)))
        .group_by(ProposalTerm.proposal_id)
        .having(score >= 0.4 * sum(weights.values()))
        .subquery()
    )
    district, street = _around(place_code)
    nearer = sa.case((db.prefix_range(Proposal.place_code, street), 0), else_=1)
    wanted = (
        sa.select(Proposal)
        .join(matches, matches.c.proposal_id == Proposal.id)
        .where(*_public(PUBLIC - {S.MERGED, S.WITHDRAWN}), db.prefix_range(Proposal.place_code, district))
        .options(*_FOR_ROWS)
        .order_by(nearer, matches.c.score.desc(), Proposal.id.desc())
        .limit(limit)
    )
    if not_id is not None:
        wanted = wanted.where(Proposal.id != not_id)
    return list(session.scalars(wanted))


class Part(NamedTuple):
    """What somebody has done with a proposal so far."""

    second: Second | None = None
    follows: Follow | None = None
    rating: OutcomeRating | None = None  # of the present round
    objection: Objection | None = None  # the unanswered one


def my_part(p: Proposal, actor) -> Part:
    """Everything about one reader, fresh, in one query (none for guests)."""
    if actor.id is None:
        return Part()
    given = {"proposal": p.id, "reader": actor.id, "round": p.redo_count}
    row = db.Session().execute(_PART, given, execution_options={"populate_existing": True}).first()
    return Part(*row) if row else Part()


_IT, _READER = sa.bindparam("proposal", type_=sa.Integer), sa.bindparam("reader", type_=sa.Integer)
_PART = db.plan_once(
    sa.select(Second, Follow, OutcomeRating, Objection)
    .select_from(User)
    .outerjoin(Second, sa.and_(Second.proposal_id == _IT, Second.user_id == User.id))
    .outerjoin(Follow, sa.and_(Follow.proposal_id == _IT, Follow.user_id == User.id))
    .outerjoin(OutcomeRating, sa.and_(OutcomeRating.proposal_id == _IT, OutcomeRating.user_id == User.id,
                                      OutcomeRating.round == sa.bindparam("round")))
    .outerjoin(Objection, sa.and_(Objection.proposal_id == _IT, Objection.author_id == User.id, Objection.answered_at.is_(None)))
    .where(User.id == _READER)
)  # fmt: skip


def version(proposal_id: int, number: int) -> ProposalVersion:
    """Raises NotFound."""
    found = db.Session().get(ProposalVersion, (proposal_id, number)) if 0 < number < 2**31 else None
    if found is None:
        raise NotFound(_l("There is no such version."))
    return found


def versions(proposal_id: int) -> list[ProposalVersion]:
    """Every version, newest first."""
    wanted = sa.select(ProposalVersion).where(ProposalVersion.proposal_id == proposal_id)
    return list(db.Session().scalars(wanted.order_by(ProposalVersion.number.desc()).limit(200)))


def objections(proposal_id: int, limit: int = 200) -> list[Objection]:
    """What was said against it, with the answers, oldest first; hidden ones are for the page to draw as stubs."""
    wanted = sa.select(Objection).where(Objection.proposal_id == proposal_id).options(orm.joinedload(Objection.author))
    return list(db.Session().scalars(wanted.order_by(Objection.id).limit(limit)))


def get_objection(objection_id: int) -> Objection:
    """With its proposal. Raises NoResultFound."""
    return db.Session().get_one(Objection, objection_id, options=[orm.joinedload(Objection.proposal)])


def ratings(p: Proposal, limit: int = 100) -> list[OutcomeRating]:
    """The ratings of the present round, newest first: answers and comments, never whose."""
    wanted = sa.select(OutcomeRating).where(OutcomeRating.proposal_id == p.id, OutcomeRating.round == p.redo_count)
    return list(db.Session().scalars(wanted.order_by(OutcomeRating.at.desc()).limit(limit)))


def drafts(actor) -> list[Proposal]:
    """What somebody has begun or got back, the one touched last on top."""
    wanted = sa.select(Proposal).where(Proposal.author_id == actor.id, Proposal.state.in_((S.DRAFT, S.RETURNED)))
    wanted = wanted.options(orm.joinedload(Proposal.space), orm.joinedload(Proposal.place))
    return list(db.Session().scalars(wanted.order_by(Proposal.updated_at.desc(), Proposal.id.desc()).limit(50)))


def follows(actor, *, after=None, before=None, size: int = 20) -> paging.Page:
    """The public proposals somebody follows, by what moved last."""
    wanted = sa.select(Proposal).join(Follow, Follow.proposal_id == Proposal.id)
    wanted = wanted.where(Follow.user_id == actor.id, *_public())
    wanted = wanted.options(*_FOR_ROWS)
    return paging.by_key(
        db.Session(), wanted, [Proposal.state_since, Proposal.id], size=size, after=after, before=before
    )


# The desks: which states wait there, and for whom.
DESKS = {
    "review": ((S.SUBMITTED,), ROLES[Who.REVIEWER]),
    "talk": ((S.DELIBERATING,), ROLES[Who.ORGANISER]),
    "notice": ((S.PUBLICITY,), ROLES[Who.ANSWERER]),
    "work": ((S.ACCEPTED, S.IN_PROGRESS), ROLES[Who.ANSWERER]),
    "rating": ((S.DONE,), ROLES[Who.ANSWERER]),
}


def desk(actor, name: str, *, after=None, before=None, size: int = 20) -> paging.Page:
    """What waits at one desk for this person, the most urgent first; nothing of his own."""
    wanted = waiting(actor, name).options(*_FOR_ROWS)
    keys = [Proposal.due_at, Proposal.id]
    return paging.by_key(db.Session(), wanted, keys, size=size, after=after, before=before, ascending=True)


def desk_counts(actor) -> dict[str, int]:
    """How much waits at each desk for this person. One query."""
    return dict(
        zip(DESKS, db.Session().execute(sa.select(*(how_many_wait(actor, name) for name in DESKS))).one(), strict=True)
    )


def how_many_wait(actor, name: str) -> sa.ScalarSelect[int]:
    """How much waits at one desk for this person, for a statement that counts more besides."""
    return waiting(actor, name).with_only_columns(sa.func.count()).scalar_subquery()


def waiting(actor, name: str) -> sa.Select:
    """What waits at one desk for this person, in no order; nothing of his own."""
    states, roles = DESKS[name]
    wanted = sa.select(Proposal).where(
        Proposal.state.in_(states), Proposal.author_id != actor.id, Proposal.due_at.isnot(None), _in_reach(actor, roles)
    )
    return wanted.where(_wants_answer(actor, utcnow())) if name == "notice" else wanted


def _wants_answer(actor, now):
    """Of those on public notice: the notice is over, or somebody else's objection is not answered yet."""
    over = sa.or_(Proposal.objections_until <= now, Proposal.objections_until.is_(None))
    objected = sa.exists().where(
        Objection.proposal_id == Proposal.id, Objection.answered_at.is_(None), Objection.hidden_at.is_(None),
        Objection.author_id != actor.id,
    )  # fmt: skip
    return sa.or_(over, sa.and_(Proposal.open_objection_count > 0, objected))


def _in_reach(actor, roles: frozenset[Role]):
    """Proposals that lie where this person holds one of these roles."""
    here = [db.prefix_range(Proposal.place_code, code) for code in actor.places_with(roles)]
    here += [Proposal.space_id.in_(spaces)] if (spaces := actor.refs_with("space", roles)) else []
    return sa.or_(*here) if here else sa.false()


def _public(states=None) -> tuple:
    """Shown to everybody: published and not hidden, in these states (in any, without)."""
    which = Proposal.state.in_(states) if states is not None else Proposal.state.not_in(PRIVATE)
    return (which, Proposal.published_at.isnot(None), Proposal.hidden_at.is_(None))


_WHOLE = tuple(orm.joinedload(thing) for thing in (
    Proposal.author, Proposal.space, Proposal.place, Proposal.category, Proposal.thread, Proposal.ballot))  # fmt: skip
_ONE = db.plan_once(sa.select(Proposal).where(Proposal.id == sa.bindparam("id")).options(*_WHOLE))
# A row of a list says little: long texts, rule sets and what only machines ask for stay in the database.
_DRAWN = (
    orm.joinedload(Proposal.author, innerjoin=True).load_only(User.kind, User.display_name), orm.joinedload(Proposal.ballot),
    *map(orm.defer, (
        Proposal.body, Proposal.plan, Proposal.body_html, Proposal.plan_html, Proposal.rules, Proposal.rules_version, Proposal.result,
        Proposal.reason_code, Proposal.merged_into_id, Proposal.updated_at, Proposal.answered_at, Proposal.client_key,
        Proposal.source_ref, Proposal.hidden_note,
    )),
)  # fmt: skip
_ROWS = sa.select(Proposal).options(*_DRAWN)
_FOR_ROWS = (
    *_DRAWN,
    orm.joinedload(Proposal.place),
    orm.joinedload(Proposal.space).load_only(Space.kind, Space.name, Space.place_code),
)


def _around(place_code: str) -> tuple[str, str]:
    """The codes of the district and of the street of a place (of an outside source: its root and itself)."""
    above = codes_above(place_code)
    if not place_code[:1].isdigit():
        return above[0], above[-1]
    return above[min(1, len(above) - 1)], above[min(2, len(above) - 1)]
