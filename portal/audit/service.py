"""Writing and checking the ledger."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import clock, db
from portal.audit.models import Entry, Head

GENESIS = "0" * 64
_FIELDS = ("seq", "at", "actor_kind", "actor_id", "role", "action", "subject_kind", "subject_id", "before", "after",
           "details", "prev_hash")  # fmt: skip


def record(
    session, actor, action: str, subject: tuple[str, Any], *, before=None, after=None, role="", at=None, **details
) -> None:
    """Note that `actor` did `action` to `subject` = (kind, id). It is written when the transaction commits.

    `details` must be plain JSON and free of personal data: an entry can never be taken back.
    """
    session.info.setdefault("audit", []).append({
        "at": at or clock.utcnow(), "actor_kind": actor.kind, "actor_id": actor.id, "role": str(role), "action": action,
        "subject_kind": subject[0], "subject_id": str(subject[1]), "before": _text(before), "after": _text(after),
        "details": json.loads(json.dumps({k: v for k, v in details.items() if v not in (None, "")}, default=str)),
    })  # fmt: skip


@db.before_commit
def _seal(session: orm.Session) -> None:
    entries = session.info.pop("audit", None)
    if not entries:
        return
    seq, last = _end_of_chain(session)
    for entry in entries:
        seq += 1
        entry |= {"seq": seq, "prev_hash": last}
        entry["hash"] = last = fingerprint(entry)
    session.execute(sa.insert(Entry), entries, execution_options={"render_nulls": True})  # one statement for all
    session.execute(sa.update(Head).where(Head.id == 1).values(seq=seq, hash=last))


def _end_of_chain(session: orm.Session) -> tuple[int, str]:
    """The end of the chain, locked until the transaction ends; the very first writers wait for each other as well."""
    wanted = sa.select(Head.seq, Head.hash).where(Head.id == 1).with_for_update()
    head = session.execute(wanted).one_or_none()
    if head is None:
        db.insert_new(session, Head, [{"id": 1, "seq": 0, "hash": GENESIS}])
        head = session.execute(wanted).one()
    return head.seq, head.hash


def fingerprint(entry: dict) -> str:
    """SHA-256 over everything an entry says and the hash of the entry before it."""
    said = {name: entry[name] for name in _FIELDS}
    said["at"] = said["at"].isoformat(timespec="microseconds")
    return hashlib.sha256(
        json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


class Fault(NamedTuple):
    seq: int
    what: str


class Point(NamedTuple):
    """An entry as somebody outside remembers it: its number and its hash, written `SEQ:HASH`."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


class Verdict(NamedTuple):
    entries: int
    faults: list[Fault]
    last: Point | None  # of an empty ledger there is none


def verify(session: orm.Session, expect: Point | None = None, progress=lambda n: None) -> Verdict:
    """Walk the whole chain and find every changed, missing or reordered entry.

    A chain that was cut off or written anew together with its head is whole in itself: only `expect`, an entry somebody
    kept elsewhere, tells it from the true one. It is read in one transaction: give it a session of `db.snapshot`.
    """
    faults: list[Fault] = []
    expected, last, count = 1, GENESIS, 0
    columns = [getattr(Entry, name) for name in (*_FIELDS, "hash")]
    rows = session.execute(sa.select(*columns).order_by(Entry.seq).execution_options(yield_per=1000))
    kept = None
    for row in rows.mappings():
        count += 1
        if row["seq"] != expected:
            faults.append(Fault(expected, f"missing: {expected} to {row['seq'] - 1}"))
        elif row["prev_hash"] != last:
            faults.append(Fault(row["seq"], "does not follow the entry before it"))
        if fingerprint(dict(row)) != row["hash"]:
            faults.append(Fault(row["seq"], "was changed"))
        expected, last = row["seq"] + 1, row["hash"]
        if expect and expect.seq == row["seq"]:
            kept = last
        progress(count)
    head = session.execute(sa.select(Head.seq, Head.hash).where(Head.id == 1)).one_or_none()
    if head is None and count:
        faults.append(Fault(expected, "the row that says where the chain ends is missing"))
    elif head is not None and (not count or tuple(head) != (expected - 1, last)):  # a head comes with the first entry
        faults.append(Fault(expected, "the end of the chain is not where the head says"))
    if expect and kept != expect.hash:
        faults.append(
            Fault(expect.seq, "is not there, but was expected" if kept is None else "is not the one that was expected")
        )
    return Verdict(count, faults, Point(expected - 1, last) if count else None)


def history(session: orm.Session, subjects: Iterable[tuple[str, Any]]) -> list[Entry]:
    """All entries about these (kind, id) pairs, oldest first."""
    keys = [(kind, str(ident)) for kind, ident in subjects]
    wanted = sa.or_(*(sa.and_(Entry.subject_kind == kind, Entry.subject_id == ident) for kind, ident in keys))
    return list(session.scalars(sa.select(Entry).where(wanted).order_by(Entry.seq))) if keys else []


def _text(value) -> str | None:
    return None if value is None else str(value)
