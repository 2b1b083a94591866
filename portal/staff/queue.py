"""The queue of the review desk: waiting comments, reported things, submitted proposals, the oldest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db, links
from portal.accounts import queries as accounts
from portal.conversations import queries as conversations
from portal.conversations.models import Comment
from portal.conversations.policy import REVIEWERS
from portal.moderation import queries as moderation
from portal.moderation.models import Report, Reporter, ReportState
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState

PAGE = 20
PROMISE = timedelta(hours=2)
KINDS = ("comment", "report", "proposal")  # their order where the moment is the same
WHEN = {"comment": Comment.created_at, "report": Report.opened_at, "proposal": Proposal.submitted_at}
MODELS = {"comment": Comment, "report": Report, "proposal": Proposal}


@dataclass
class Item:
    """One thing that waits. `subject` is what a comment is about, or what was reported."""

    kind: str
    thing: Any
    at: datetime
    subject: links.Subject | None = None
    about: links.Subject | None = None  # of a reported comment: what it is about
    author: str = ""
    text: str = ""
    html: str = ""
    reporters: list[Reporter] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.thing.id

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.thing.id}"

    @property
    def cursor(self) -> str:
        return f"{self.at.isoformat()}~{KINDS.index(self.kind)}~{self.thing.id}"

    def late(self, now: datetime) -> bool:
        """Words are looked at within two hours; a proposal has its own deadline."""
        if self.kind == "proposal":
            return self.thing.due_at is not None and now > self.thing.due_at
        return now - self.at > PROMISE

    def untouchable(self, actor) -> str:
        """'own' where it is the reader's own words, 'reported' where he reported it: a colleague decides."""
        if self.thing.author_id == actor.id:
            return "own"
        return "reported" if any(r.user_id == actor.id for r in self.reporters) else ""


def waiting(actor) -> tuple[dict[str, int], datetime | None]:
    """How much of each kind waits for this person, and since when the longest-waiting thing of all waits. One query."""
    first = [s.with_only_columns(sa.func.min(WHEN[kind])).scalar_subquery() for kind, s in for_me(actor).items()]
    found = db.Session().execute(sa.select(*how_many_wait(actor), *first)).one()
    counts, since = found[: len(KINDS)], found[len(KINDS) :]
    return dict(zip(KINDS, counts, strict=True)), min((at for at in since if at is not None), default=None)


def how_many_wait(actor) -> list[sa.ScalarSelect[int]]:
    """How much of each kind waits for this person, for a statement that asks for more besides."""
    return [s.with_only_columns(sa.func.count()).scalar_subquery() for s in for_me(actor).values()]


def for_me(actor) -> dict[str, sa.Select]:
    """What waits for this person: what he wrote or reported himself waits for a colleague."""
    others = {
        kind: s.where(sa.func.coalesce(MODELS[kind].author_id, 0) != actor.id) for kind, s in _statements(actor).items()
    }
    by_me = sa.exists().where(Reporter.report_id == Report.id, Reporter.user_id == actor.id)
    return others | {"report": others["report"].where(~by_me)}


def page(actor, kinds: Iterable[str], after: str | None = None) -> tuple[list[Item], str | None]:
    """The next things in the queue, and the cursor behind them if there are more."""
    session, statements, position = db.Session(), _statements(actor), _position(after)
    items: list[Item] = []
    for kind in kinds:
        statement = statements[kind].order_by(WHEN[kind], MODELS[kind].id).limit(PAGE + 1)
        if position is not None:
            statement = statement.where(_behind(kind, *position))
        items += [
            Item(kind, thing, getattr(thing, WHEN[kind].key))
            for thing in session.scalars(statement.options(*_LOAD[kind]))
        ]
    items.sort(key=lambda item: (item.at, KINDS.index(item.kind), item.id))
    more, items = len(items) > PAGE, items[:PAGE]
    _complete(session, items)
    return items, items[-1].cursor if more else None


def hidden(actor, before: str | None = None) -> tuple[list[Item], str | None]:
    """What is hidden at present, the latest first: it can be shown again."""
    where = _reach(actor, Report)
    statement = (
        sa.select(Report).where(Report.state == ReportState.HIDDEN, where).order_by(Report.id.desc()).limit(PAGE + 1)
    )
    if before and before.isascii() and before.isdigit() and len(before) < 10:
        statement = statement.where(Report.id < int(before))
    rows = list(db.Session().scalars(statement))
    items = [Item("report", row, row.decided_at) for row in rows[:PAGE]]
    _complete(db.Session(), items)
    return items, str(items[-1].id) if len(rows) > PAGE else None


def _statements(actor) -> dict[str, sa.Select]:
    places, spaces = actor.places_with(REVIEWERS), actor.refs_with("space", REVIEWERS)
    return {
        "comment": conversations.waiting(places, spaces),
        "report": moderation.waiting(places, spaces),
        "proposal": sa.select(Proposal).where(Proposal.state == ProposalState.SUBMITTED, _reach(actor, Proposal)),
    }


def _reach(actor, model):
    near = (db.prefix_range(model.place_code, code) for code in actor.places_with(REVIEWERS))
    return sa.or_(sa.false(), *near, model.space_id.in_(actor.refs_with("space", REVIEWERS)))


_LOAD: dict[str, tuple] = {
    "comment": (orm.contains_eager(Comment.thread), orm.joinedload(Comment.author)),
    "report": (),
    "proposal": (orm.joinedload(Proposal.author), orm.joinedload(Proposal.space)),
}


def _position(after: str | None) -> tuple[datetime, int, int] | None:
    try:
        at, rank, ident = (after or "").split("~")
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), int(rank[:2]), int(ident[:9])) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _behind(kind: str, at: datetime, rank: int, ident: int):
    mine, when, model = KINDS.index(kind), WHEN[kind], MODELS[kind]
    if mine < rank:
        return when > at
    return when >= at if mine > rank else sa.or_(when > at, sa.and_(when == at, model.id > ident))


def _complete(session, items: list[Item]) -> None:
    """Give every item its words and what they are about; as many statements as there are kinds, not rows."""
    subjects = links.describe(session, {_of(i) for i in items if i.kind != "proposal"})
    reports = [i.thing for i in items if i.kind == "report"]
    names, raised = accounts.names(r.author_id for r in reports), moderation.reporters([r.id for r in reports])
    for item in items:
        item.subject = subjects.get(_of(item)) if item.kind != "proposal" else None
        if item.kind == "report":
            item.author, item.reporters = names.get(item.thing.author_id, ""), raised.get(item.id, [])
            item.about, source = (item.subject.about, item.subject.thing) if item.subject else (None, None)
        else:
            source, item.author = item.thing, item.thing.author.display_name
        item.html = getattr(source, "html", None) or getattr(source, "body_html", None) or ""
        item.text = next((t for name in ("body", "note", "description") if (t := getattr(source, name, ""))), "")


def _of(item: Item) -> tuple[str, int]:
    """What was reported, or what a comment is about."""
    said = item.thing.thread if item.kind == "comment" else item.thing
    return said.subject_kind, said.subject_id
