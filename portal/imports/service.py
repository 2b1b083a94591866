"""Taking in a file of outside proposals, a batch a transaction: whole or not at all, and never twice."""

import gzip
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import audit, db
from portal.accounts.models import User, UserKind
from portal.clock import utcnow
from portal.conversations.models import Comment, Thread
from portal.errors import NotFound
from portal.imports import barcelona
from portal.imports.barcelona import BadLine, OutsideComment, OutsideProposal
from portal.places import counts
from portal.places.models import Place, PlaceLevel
from portal.policy import SYSTEM
from portal.proposals.models import Proposal, ProposalTerm, ProposalVersion
from portal.proposals.states import AcceptedHow, ProposalState
from portal.spaces.models import RuleVersion, Space, SpaceKind
from portal.spaces.rules import RuleSet
from portal.text.lazy import _l
from portal.text.terms import terms

BATCH = 200


class Bad(NamedTuple):
    line: int
    why: str


class Summary(NamedTuple):
    taken: int
    known: int
    comments: int
    bad: list[Bad]


class Destination(NamedTuple):
    space_id: int
    place_code: str
    rules: dict


def import_proposals(
    path: Path,
    *,
    space_id: int | None = None,
    file_cases: Callable[[orm.Session, list[dict]], None] | None = None,
    progress: Callable[[int], None] = lambda lines: None,
) -> Summary:
    """Import every proposal of the file that is not here yet, into one forum per district (or the given space).

    `file_cases(session, proposals)` is told of each batch's accepted proposals (see `imports.cases.file`). Raises
    NotFound for an unknown space.
    """
    with db.transaction() as session:
        known = set(
            session.scalars(
                sa.select(Proposal.source_ref).where(Proposal.source_ref.startswith(barcelona.SOURCE + ":"))
            )
        )
        destinations = _Destinations(session, space_id)
        people = _People(session)
    taken = skipped = comments = 0
    bad: list[Bad] = []
    for batch in _batches(_lines(path)):
        ready: list[OutsideProposal] = []
        for number, line in batch:
            try:
                ref, raw = barcelona.parse(line)
                if ref in known:
                    skipped += 1
                else:
                    ready.append(barcelona.read(raw))
                    known.add(ref)
            except BadLine as problem:
                bad.append(Bad(number, str(problem)))
        if ready:
            _take_in(ready, destinations, people, file_cases)
            taken += len(ready)
            comments += sum(len(p.comments) for p in ready)
        progress(len(batch))
    return Summary(taken, skipped, comments, bad)


def _take_in(ready, destinations, people, file_cases) -> None:
    with db.transaction() as session:
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
        words = [{"term": term, "proposal_id": row["id"]} for row in rows for term in terms(row["title"])]
        if words:
            session.execute(sa.insert(ProposalTerm), words)
        _take_in_comments(session, ready, threads, who)
        for row in rows:
            counts.moved(session, "proposal", row["place_code"], None, row["state"])
            audit.record(session, SYSTEM, "proposal.import", ("proposal", row["id"]), after=row["state"],
                         source=row["source_ref"], outside_votes=row["outside_votes"])  # fmt: skip
        destinations.count(session, rows)
        if file_cases:
            file_cases(session, [row for row in rows if row["state"] == ProposalState.ACCEPTED])


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
            space = Space(kind=SpaceKind.FORUM, name=name[:80], place_code=self._place(session, district), state="closed",
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


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line


def _batches(lines: Iterable) -> Iterator[list]:
    lines = iter(lines)
    while batch := list(islice(lines, BATCH)):
        yield batch


def count_lines(path: Path) -> int:
    """How many lines a file has that are not blank; for the progress bar."""
    return sum(1 for _ in _lines(path))
