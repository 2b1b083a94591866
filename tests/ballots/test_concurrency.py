"""Many people at once, some of them twice on purpose: what is counted are distinct people."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa

from portal import audit, db
from portal.accounts.queries import get_user
from portal.ballots import service
from portal.ballots.models import Ballot, Vote
from portal.ballots.states import BallotState
from portal.clock import utcnow
from portal.errors import PortalError
from tests import factories as make

THREADS, EACH = 8, 50


def test_eight_threads_of_fifty_votes_count_distinct_people(real_db):
    voters = [make.make_user() for _ in range(100)]
    box = make.make_ballot()
    service.open_ballot(box.id, utcnow())
    ids, box_id, names = [v.id for v in voters], box.id, ("for", "against", "abstain")
    db.Session.remove()

    def one_thread(seed):
        chance = random.Random(seed)
        for n in range(EACH):
            with db.scope():
                service.vote(get_user(ids[(seed * EACH // 4 + n) % len(ids)]), box_id, chance.choice(names))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one_thread, range(THREADS)))

    session = db.Session()
    box = session.get_one(Ballot, box_id)
    rows = session.execute(sa.select(Vote.seat, Vote.choice)).all()
    assert len(rows) == len({row.seat for row in rows}) == len(ids) == box.turnout
    for name in names:
        assert getattr(box, f"{name}_count") == sum(row.choice == name for row in rows)
    with db.snapshot() as still:
        assert audit.verify(still)[1] == []


def test_a_household_that_votes_from_eight_phones_votes_once(real_db):
    family = [make.make_user(household="3-201") for _ in range(THREADS)]
    ids, rules = [person.id for person in family], make.RuleSet(per_household=True).to_json()
    box_id = make.make_ballot(make.make_proposal(author=family[0]), rules=rules).id
    service.open_ballot(box_id, utcnow())
    db.Session.remove()

    def vote(ident):
        with db.scope():
            try:
                return service.vote(get_user(ident), box_id, "for") is not None
            except PortalError:
                return False

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(vote, ids)) == 1
    box = db.Session().get_one(Ballot, box_id)
    assert (box.eligible_count, box.for_count) == (1, 1)


def test_two_workers_open_and_close_each_ballot_once(real_db):
    make.make_user()
    ids = [make.make_ballot().id for _ in range(5)]
    db.Session.remove()
    now = utcnow()

    def worker(_):
        with db.scope():
            return service.open_due(now), service.close_due(now + timedelta(days=8))

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(worker, range(2)))
    assert sum(d[0] for d in done) == len(ids)
    with db.scope():
        service.close_due(now + timedelta(days=8))
    assert set(db.Session().scalars(sa.select(Ballot.state))) == {BallotState.PUBLISHED}
    entries = sa.select(audit.Entry.subject_id, audit.Entry.action).where(audit.Entry.subject_kind == "ballot")
    found = db.Session().execute(entries).all()
    assert len(found) == len(set(found)) == 4 * len(ids)
