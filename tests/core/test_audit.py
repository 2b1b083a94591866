"""The ledger notices whatever is done to it afterwards, and stays one chain whoever writes at once."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from portal import audit, db
from portal.audit import Entry, Head
from portal.policy import GUEST, SYSTEM

ANNA = SimpleNamespace(kind="user", id=7)


def write(n=1, start=1):
    for number in range(start, start + n):
        with db.transaction() as session:
            audit.record(session, ANNA, "proposal.second", ("proposal", number), before="gathering", after="gathering", role="member",
                         note=f"第 {number} 条")  # fmt: skip


def faults(session) -> list[tuple[int, str]]:
    return [tuple(fault) for fault in audit.verify(session).faults]


def test_an_untouched_chain_is_whole(session):
    assert audit.verify(session) == (0, [], None)
    write(5)
    steps = []
    assert audit.verify(session, progress=steps.append) == (5, [], (5, session.get(Head, 1).hash))
    assert steps == [1, 2, 3, 4, 5]


def test_an_entry_says_who_did_what_in_which_role(session):
    write()
    (entry,) = audit.history(session, [("proposal", 1)])
    assert (entry.seq, entry.actor_kind, entry.actor_id, entry.role) == (1, "user", 7, "member")
    assert (entry.action, entry.before, entry.after, entry.details) == (
        "proposal.second",
        "gathering",
        "gathering",
        {"note": "第 1 条"},
    )


def test_guest_and_system_are_actors_too(session):
    with db.transaction() as open_:
        audit.record(open_, GUEST, "case.report", ("case", 1))
        audit.record(open_, SYSTEM, "proposal.lapse", ("proposal", 2), why=None, note="")
    entries = audit.history(session, [("proposal", 2), ("case", 1)])
    assert [(e.actor_kind, e.actor_id, e.details) for e in entries] == [("guest", None, {}), ("system", None, {})]


def test_a_refused_change_leaves_no_entry(session):
    with pytest.raises(ValueError), db.transaction() as open_:
        audit.record(open_, ANNA, "proposal.second", ("proposal", 1))
        raise ValueError
    write()
    assert [e.seq for e in session.scalars(sa.select(Entry))] == [1]


@pytest.mark.parametrize(
    ("column", "value"),
    [("action", "proposal.refuse"), ("actor_id", 8), ("role", "chair"), ("after", "voting"), ("subject_id", "9"),
     ("details", {"note": "x"}), ("at", sa.func.current_timestamp())],
)  # fmt: skip
def test_a_changed_entry_is_found(session, column, value):
    write(5)
    session.execute(sa.update(Entry).where(Entry.seq == 3).values(**{column: value}))
    assert faults(session) == [(3, "was changed")]


def test_a_changed_entry_with_a_fitting_hash_breaks_the_chain_after_it(session):
    write(4)
    entry = session.get(Entry, 2)
    said = {name: getattr(entry, name) for name in ("seq", "at", "actor_kind", "actor_id", "role", "action", "subject_kind",
                                                    "subject_id", "before", "after", "details", "prev_hash")}  # fmt: skip
    entry.action = said["action"] = "proposal.refuse"
    entry.hash = audit.service.fingerprint(said)
    session.flush()
    assert faults(session) == [(3, "does not follow the entry before it")]


def test_a_missing_entry_is_found(session):
    write(5)
    session.execute(sa.delete(Entry).where(Entry.seq.in_([2, 3])))
    assert faults(session) == [(2, "missing: 2 to 3")]


def test_a_cut_off_tail_is_found(session):
    write(5)
    session.execute(sa.delete(Entry).where(Entry.seq > 3))
    assert faults(session) == [(4, "the end of the chain is not where the head says")]


def test_an_emptied_ledger_is_found(session):
    write(2)
    session.execute(sa.delete(Entry))
    assert faults(session) == [(1, "the end of the chain is not where the head says")]


def test_an_emptied_ledger_is_found_though_its_head_was_set_back(session):
    write(2)
    session.execute(sa.delete(Entry))
    session.execute(sa.update(Head).values(seq=0, hash=audit.service.GENESIS))
    assert faults(session) == [(1, "the end of the chain is not where the head says")]


def test_a_removed_head_is_found(session):
    write(2)
    session.execute(sa.delete(Head))
    assert faults(session) == [(3, "the row that says where the chain ends is missing")]


def test_an_entry_kept_elsewhere_still_stands_in_a_chain_that_grew(session):
    write(3)
    kept = audit.verify(session).last
    write(2)
    assert audit.verify(session, kept).faults == []


def cut_off(session):
    session.execute(sa.delete(Entry).where(Entry.seq > 2))
    session.execute(sa.update(Head).values(seq=2, hash=session.scalar(sa.select(Entry.hash).where(Entry.seq == 2))))


def emptied(session):
    session.execute(sa.delete(Entry))
    session.execute(sa.delete(Head))


def written_anew(session):
    emptied(session)
    session.commit()
    write(4, start=50)


@pytest.mark.parametrize(
    ("done", "what"),
    [(cut_off, "is not there, but was expected"), (emptied, "is not there, but was expected"), (written_anew, "is not the one that was expected")],
)  # fmt: skip
def test_what_leaves_a_whole_chain_is_found_by_an_entry_kept_elsewhere(session, done, what):
    write(4)
    kept = audit.verify(session).last
    done(session)
    assert audit.verify(session).faults == []
    assert audit.verify(session, kept).faults == [(4, what)]


def test_reordered_entries_are_found(session):
    write(4)
    for was, becomes in ((2, 99), (3, 2), (99, 3)):
        session.execute(sa.update(Entry).where(Entry.seq == was).values(seq=becomes))
    found = faults(session)
    assert (2, "was changed") in found
    assert (3, "was changed") in found


@pytest.mark.parametrize("people", [8])
def test_many_who_write_at_once_make_one_chain(real_db, people):
    with ThreadPoolExecutor(people) as pool:
        list(pool.map(_in_own_scope, range(people)))
    with db.snapshot() as session:
        assert audit.verify(session)[:2] == (people * 10, [])


def test_whoever_writes_during_the_walk_is_no_fault(real_db):
    write(3)
    db.Session.remove()
    seen = []

    def meanwhile(count):
        seen.append(count)
        with ThreadPoolExecutor(1) as writer:
            writer.submit(_in_own_scope, count).result()

    with db.snapshot() as session:
        assert audit.verify(session, progress=meanwhile)[:2] == (3, [])
    assert seen == [1, 2, 3]
    with db.snapshot() as session:
        assert audit.verify(session)[:2] == (33, [])


def _in_own_scope(n):
    with db.scope():
        write(10, start=n * 100)
