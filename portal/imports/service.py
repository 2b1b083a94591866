"""Taking in a file of outside proposals, a batch a transaction: each whole or not at all, and never twice."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import audit, db
from portal.accounts.models import User, UserKind
from portal.clock import utcnow
from portal.conversations.models import Comment, Thread
from portal.errors import NotFound
from portal.imports import barcelona, lines
from portal.imports.barcelona import BadLine, OutsideComment, OutsideProposal
from portal.imports.lines import Line
from portal.places import counts
from portal.places.models import Place, PlaceLevel
from portal.policy import SYSTEM
from portal.proposals.models import Proposal, ProposalTerm, ProposalVersion
from portal.proposals.states import AcceptedHow, ProposalState
from portal.spaces.models import RuleVersion, Space, SpaceKind
from portal.spaces.rules import RuleSet
from portal.text.lazy import _l
from portal.text.terms import index_terms

MOST_DISTRICTS = 99  # their codes end in two digits
FileCases = Callable[[orm.Session, list[str]], int]


class Bad(NamedTuple):
    line: int
    why: str


class Summary(NamedTuple):
    taken: int
    known: int
    comments: int
    cases: int
    bad: list[Bad]


class Destination(NamedTuple):
    space_id: int
    place_code: str
    rules: dict


def import_proposals(
    path: Path,
    *,
    space_id: int | None = None,
    file_cases: FileCases | None = None,
    progress: Callable[[int], None] = lambda lines: None,
) -> Summary:
    """Import every proposal of the file that is not here yet, into one forum per district (or the given space).

    A line that cannot be used is left out whole and named in the summary. `file_cases(session, refs)` is given the
    references of each batch, also of proposals that were here already, and returns how many cases it filed (see
    `imports.cases.file`). Raises NotFound for an unknown space, Invalid where the file cannot be read to its end.
    """
    run = _Import(space_id, file_cases)
    for batch in lines.batches(path):
        run.take(batch)
        progress(len(batch))
    return Summary(run.taken, run.known, run.comments, run.cases, sorted(run.bad))


class _Batch:
    """What the lines of a batch turned out to be."""

    def __init__(self):
        self.new: list[OutsideProposal] = []
        self.lines: dict[str, int] = {}  # which proposal stands in which line, new or known
        self.comments: set[str] = set()
        self.bad: list[Bad] = []


class _Import:
    """One run: what is here, what the file has brought so far and what came of it."""

    def __init__(self, space_id: int | None, file_cases: FileCases | None):
        self.space_id, self.file_cases = space_id, file_cases
        self.lines: dict[str, int] = {}
        self.taken = self.known = self.comments = self.cases = 0
        self.bad: list[Bad] = []
        self._look()

    def _look(self) -> None:
        with db.transaction() as session:
            self.here = _refs(session, Proposal.source_ref)
            self.comments_here = _refs(session, Comment.source_ref)
            self.people = _People(session)
            self.destinations = _Destinations(session, self.space_id)

    def take(self, some: list[Line], alone: bool = False) -> None:
        """Take a batch in; where the database refuses it, each line alone, so that only those it refuses are left out."""
        batch = self._sort(some)
        try:
            with db.transaction() as session:
                if batch.new:
                    _take_in(session, batch.new, self.destinations, self.people)
                cases = self.file_cases(session, list(batch.lines)) if self.file_cases and batch.lines else 0
        except (BadLine, sa.exc.IntegrityError, sa.exc.DataError) as problem:
            self._look()  # what was undone is not here; another import may have been faster
            if alone:
                self.bad.append(Bad(some[0].number, _why(problem)))
            else:
                for line in some:
                    self.take([line], alone=True)
            return
        self.lines |= batch.lines
        self.comments_here |= batch.comments
        self.taken += len(batch.new)
        self.known += len(batch.lines) - len(batch.new)
        self.comments += len(batch.comments)
        self.cases += cases
        self.bad += batch.bad

    def _sort(self, some: list[Line]) -> _Batch:
        batch, now = _Batch(), utcnow()
        for number, data in some:
            try:
                ref, raw = barcelona.parse(data)
                if first := self.lines.get(ref) or batch.lines.get(ref):
                    raise BadLine(f"the same proposal as line {first}")
                if ref not in self.here:
                    proposal = barcelona.read(raw, now)
                    comments = {c.ref for c in proposal.comments}
                    if taken := comments & self.comments_here or comments & batch.comments:
                        raise BadLine(f"comment {min(taken).rpartition('c')[2]} belongs to another proposal")
                    batch.new.append(proposal)
                    batch.comments |= comments
                batch.lines[ref] = number
            except BadLine as problem:
                batch.bad.append(Bad(number, str(problem)))
        return batch


def _why(problem: Exception) -> str:
    refusal = getattr(problem, "orig", None)
    return f"the database refuses it ({str(refusal).splitlines()[0]})" if refusal else str(problem)


def _refs(session: orm.Session, column) -> set[str]:
    return set(session.scalars(sa.select(column).where(column.startswith(barcelona.SOURCE + ":"))))


def _take_in(
    session: orm.Session, ready: list[OutsideProposal], destinations: "_Destinations", people: "_People"
) -> None:
    where = destinations.of(session, {p.district for p in ready})
    who = people.of(session, {r for p in ready for r in (p.author_ref, *(c.author_ref for c in p.comments))})
    rows = [_proposal_row(p, where[p.district], who[p.author_ref]) for p in ready]
    for row, ident in zip(rows, _insert(session, Proposal, rows), strict=True):
        row["id"] = ident
    threads = _insert(session, Thread, [_thread_row(p, row) for p, row in zip(ready, rows, strict=True)])
    session.execute(
        sa.update(Proposal), [{"id": row["id"], "thread_id": t} for row, t in zip(rows, threads, strict=True)]
    )
    session.execute(sa.insert(ProposalVersion), [
        {"proposal_id": row["id"], "number": 1, "title": row["title"], "body": row["body"], "plan": "", "material": True,
         "why": "", "written_by": row["author_id"], "written_at": row["created_at"]} for row in rows
    ])  # fmt: skip
    words = [{"term": term, "proposal_id": row["id"]} for row in rows for term in index_terms(row["title"])]
    if words:
        session.execute(sa.insert(ProposalTerm), words)
    _take_in_comments(session, ready, threads, who)
    for row in rows:
        counts.moved(session, "proposal", row["place_code"], None, row["state"])
        audit.record(session, SYSTEM, "proposal.import", ("proposal", row["id"]), after=row["state"],
                     source=row["source_ref"], outside_votes=row["outside_votes"])  # fmt: skip
    destinations.count(session, rows)


def _proposal_row(p: OutsideProposal, to: Destination, author_id: int) -> dict:
    state = ProposalState.ACCEPTED if p.accepted else ProposalState.DECLINED
    visible = sum(not c.hidden for c in p.comments)
    return {
        "space_id": to.space_id, "place_code": to.place_code, "author_id": author_id, "theme": p.theme, "where": "",
        "title": p.title, "body": p.body, "plan": "", "body_html": p.html, "plan_html": "", "version": 1, "state": state,
        "state_since": p.at, "rules": to.rules, "rules_version": 1, "comment_count": visible, "objection_count": 0,
        "seconds_count": 0, "stale_seconds_count": 0, "seconds_needed": 0, "photo_count": 0, "rating_yes_count": 0,
        "rating_no_count": 0, "redo_count": 0, "responsible": barcelona.AUTHORITY if p.accepted else "", "answer": "",
        "result": "", "closing_note": "", "accepted_how": AcceptedHow.STREET_TASK if p.accepted else None,
        "created_at": p.at, "updated_at": p.at, "submitted_at": p.at, "published_at": p.at,
        "answered_at": p.at, "source_ref": p.ref, "source_name": barcelona.SOURCE_NAME, "outside_votes": p.votes,
        "hidden_note": "",
    }  # fmt: skip


def _thread_row(p: OutsideProposal, row: dict) -> dict:
    visible = [c for c in p.comments if not c.hidden]
    stances = [str(c.stance or "") for c in visible]
    return {
        "subject_kind": "proposal", "subject_id": row["id"], "place_code": row["place_code"], "space_id": row["space_id"],
        "write_level": 2, "members_only": False, "review_first": False, "is_open": False, "comment_count": len(visible),
        "for_count": stances.count("for"), "worry_count": stances.count("worry"),
        "last_comment_at": max((c.at for c in visible), default=None),
    }  # fmt: skip


def _take_in_comments(session, ready, threads, who) -> None:
    tops = [(c, t) for p, t in zip(ready, threads, strict=True) for c in p.comments if c.parent_ref is None]
    replies = [(c, t) for p, t in zip(ready, threads, strict=True) for c in p.comments if c.parent_ref is not None]
    answered: dict[str, int] = {}
    for reply, _ in replies:
        answered[reply.parent_ref] = answered.get(reply.parent_ref, 0) + (not reply.hidden)
    rows = [_comment_row(c, t, who[c.author_ref], None, answered.get(c.ref, 0)) for c, t in tops]
    ids = dict(zip((c.ref for c, _ in tops), _insert(session, Comment, rows), strict=True))
    rows = [_comment_row(c, t, who[c.author_ref], ids[c.parent_ref], 0) for c, t in replies]
    if rows:
        session.execute(sa.insert(Comment), rows)


def _comment_row(c: OutsideComment, thread_id: int, author_id: int, parent_id: int | None, reply_count: int) -> dict:
    return {
        "thread_id": thread_id, "parent_id": parent_id, "author_id": author_id, "stance": c.stance, "body": c.body,
        "html": c.html, "state": "published", "review_note": "", "reply_count": reply_count, "created_at": c.at,
        "source_ref": c.ref, "outside_votes": c.votes, "hidden_at": c.at if c.hidden else None,
        "hidden_reason": "off_topic" if c.hidden else None, "hidden_note": "",
    }  # fmt: skip


def _insert(session, model, rows: list[dict]) -> list[int]:
    if not rows:
        return []
    statement = sa.insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, rows))


class _People:
    """Outside contributors: pseudonyms that can never sign in."""

    def __init__(self, session):
        of_source = User.source_ref.startswith(barcelona.SOURCE + ":u")
        self.ids = dict(session.execute(sa.select(User.source_ref, User.id).where(of_source)).tuples().all())

    def of(self, session, refs: set[str | None]) -> dict[str | None, int]:
        names = {ref: ref or f"{barcelona.SOURCE}:u-" for ref in refs}
        new = sorted(set(names.values()) - self.ids.keys())
        rows = [
            {"kind": UserKind.OUTSIDE, "display_name": f"Barcelona {ref.rpartition('u')[2]}".replace(" -", ""), "source_ref": ref,
             "level": 0, "password_hash": "", "real_name": "", "building": "", "session_epoch": 0, "is_suspended": False}
            for ref in new
        ]  # fmt: skip
        self.ids |= dict(zip(new, _insert(session, User, rows), strict=True))
        return {ref: self.ids[name] for ref, name in names.items()}


class _Destinations:
    """One forum per district of the source, made when first needed; or the one space that was asked for."""

    def __init__(self, session, space_id: int | None):
        self.only: Destination | None = None
        if space_id is not None:
            space = session.get(Space, space_id)
            if space is None:
                raise NotFound(_l("There is no space with this number."))
            self.only = Destination(space.id, space.place_code, space.rules)
        self.known: dict[str, Destination] = {}

    def of(self, session, districts: set[str]) -> dict[str, Destination]:
        if self.only:
            return dict.fromkeys(districts, self.only)
        for district in sorted(districts - self.known.keys()):
            self.known[district] = self._found(session, district)
        return self.known

    def _found(self, session, district: str) -> Destination:
        ref = f"{barcelona.SOURCE}:{district or 'city'}"
        space = session.scalars(sa.select(Space).where(Space.source_ref == ref)).one_or_none()
        if space is None:
            rules = RuleSet(seconds_needed=0, deliberation_days=0, ballot=False, decider=barcelona.AUTHORITY).to_json()
            name = f"{barcelona.SOURCE_NAME} · {district or barcelona.ROOT_NAME}"
            space = Space(kind=SpaceKind.FORUM, name=name, place_code=self._place(session, district), state="closed",
                          rules=rules, purpose=barcelona.SOURCE_NAME, source_ref=ref)  # fmt: skip
            session.add(space)
            session.flush()
            session.add(RuleVersion(space_id=space.id, version=1, rules=rules))
            counts.moved(session, "space", space.place_code, None, space.state)
            audit.record(session, SYSTEM, "space.import", ("space", space.id), source=ref)
        return Destination(space.id, space.place_code, space.rules)

    def _place(self, session, district: str) -> str:
        if session.get(Place, barcelona.ROOT_CODE) is None:
            session.add(
                Place(
                    code=barcelona.ROOT_CODE,
                    level=PlaceLevel.OUTSIDE,
                    name=barcelona.ROOT_NAME,
                    pinyin=barcelona.ROOT_NAME,
                )
            )
            session.flush()
        if not district:
            return barcelona.ROOT_CODE
        have = list(session.scalars(sa.select(Place).where(Place.parent_code == barcelona.ROOT_CODE)))
        for place in have:
            if place.name == district:
                return place.code
        if len(have) == MOST_DISTRICTS:
            raise BadLine(f"district is {district!r}, one more than the {MOST_DISTRICTS} a source may have")
        code = f"{barcelona.ROOT_CODE}{len(have) + 1:02}"
        session.add(
            Place(code=code, parent_code=barcelona.ROOT_CODE, level=PlaceLevel.OUTSIDE, name=district, pinyin=district)
        )
        session.flush()
        return code

    def count(self, session, rows: list[dict]) -> None:
        now = utcnow()
        for space_id in sorted({row["space_id"] for row in rows}):
            n = sum(row["space_id"] == space_id for row in rows)
            session.execute(
                sa.update(Space)
                .where(Space.id == space_id)
                .values(proposal_count=Space.proposal_count + n, last_active_at=now)
            )
