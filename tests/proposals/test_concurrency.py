"""Many people at once, some of them twice on purpose: what is counted are distinct people."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import audit, db, outbox
from portal.accounts.queries import get_user
from portal.clock import utcnow
from portal.errors import Conflict, PortalError
from portal.outbox import Message
from portal.places import counts as place_counts
from portal.places.models import Place
from portal.proposals import service
from portal.proposals.models import Follow, Proposal, Second
from portal.proposals.states import ProposalState
from portal.spaces.rules import RuleSet
from tests import factories as make
from tests.proposals.helpers import TEXT

THREADS, EACH, CROWD = 8, 50, 120
S = ProposalState


def at_once(job, arguments):
    """`job(argument)` in one thread each, with a session of its own; what came back, or the refusal."""
    db.Session.remove()

    def one(argument):
        with db.scope():
            try:
                return job(argument)
            except PortalError as refusal:
                return refusal

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, arguments))


def test_eight_threads_of_fifty_seconds_count_distinct_people(real_db):
    ids = [make.make_user().id for _ in range(CROWD)]
    p = make.make_proposal(
        state="gathering", space=make.make_space(rules=RuleSet(seconds_needed=100, deliberation_days=0))
    )
    place_counts_before(p)
    pid = p.id

    def fifty(seed):
        refused = 0
        for n in range(EACH):
            with db.scope():
                try:
                    service.second(get_user(ids[(seed * 37 + n) % CROWD]), pid)
                except PortalError:
                    refused += 1  # it has moved on
        return refused

    db.Session.remove()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(fifty, range(THREADS)))
    session = db.Session()
    p = session.get_one(Proposal, pid)
    rows = list(session.scalars(sa.select(Second.user_id).where(Second.proposal_id == pid)))
    assert len(rows) == len(set(rows)) == p.seconds_count == 100
    assert p.state is S.VOTING
    assert session.scalar(sa.select(sa.func.count()).where(audit.Entry.action == "proposal.second")) == 100
    assert session.scalar(sa.select(sa.func.count()).where(audit.Entry.action == "proposal.reach")) == 1
    assert place_counts.totals(session, "proposal", p.place_code).by_state == {"voting": 1}
    assert set(session.scalars(sa.select(Follow.user_id).where(Follow.proposal_id == pid))) == set(rows)
    with db.snapshot() as still:
        assert audit.verify(still)[1] == []


def place_counts_before(p):
    with db.transaction() as session:
        place_counts.moved(session, "proposal", p.place_code, None, p.state)


def test_the_same_person_from_eight_phones_seconds_once(real_db):
    neighbour = make.make_user().id
    pid = make.make_proposal(state="gathering", space=make.make_space(rules=RuleSet(seconds_needed=5))).id
    at_once(lambda _: service.second(get_user(neighbour), pid), range(THREADS * 3))
    session = db.Session()
    assert session.get_one(Proposal, pid).seconds_count == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Second)) == 1


def test_the_same_draft_sent_by_eight_threads_is_one_draft(real_db):
    author, space = make.make_user().id, make.make_space().id
    found = at_once(
        lambda _: service.save_draft(get_user(author), client_key="form-1", space_id=space, **TEXT).id,
        range(THREADS * 2),
    )
    assert len(set(found)) == 1
    assert db.Session().scalar(sa.select(sa.func.count()).select_from(Proposal)) == 1


def test_of_two_reviewers_one_decides(real_db):
    staff = [make.make_staff().id for _ in range(4)]
    pid = make.make_proposal(state="submitted").id
    found = at_once(lambda ident: service.move(get_user(ident), pid, "pass_review"), staff)
    assert sum(isinstance(x, Proposal) for x in found) == 1
    assert sum(isinstance(x, Conflict) for x in found) == 3
    assert db.Session().scalar(sa.select(sa.func.count()).where(Message.event == "proposal.moved")) == 1


def test_two_merged_into_each_other_at_once_end_as_one(real_db):
    staff = [make.make_staff().id for _ in range(2)]
    space = make.make_space(rules=RuleSet(seconds_needed=50))
    a, b = (make.make_proposal(state="gathering", space=space).id for _ in range(2))
    found = at_once(
        lambda x: service.move(get_user(x[0]), x[1], "merge", into=x[2]), [(staff[0], a, b), (staff[1], b, a)]
    )
    assert sum(isinstance(x, Proposal) for x in found) == 1
    assert sorted(db.Session().scalars(sa.select(Proposal.state))) == ["gathering", "merged"]


def test_whoever_seconds_the_other_while_his_own_is_merged_into_it_counts_once(real_db):
    staff, author, space = make.make_staff().id, make.make_user(), make.make_space(rules=RuleSet(seconds_needed=50))
    p = make.make_proposal(author, state="gathering", space=space).id
    into, who = make.make_proposal(state="gathering", space=space).id, author.id
    merge = lambda: service.move(get_user(staff), p, "merge", into=into)  # noqa: E731
    at_once(lambda n: service.second(get_user(who), into) if n % 4 else merge(), range(THREADS))
    session = db.Session()
    assert session.scalars(sa.select(Second.user_id).where(Second.proposal_id == into)).all() == [who]
    assert session.get_one(Proposal, into).seconds_count == 1
    assert session.get_one(Proposal, p).state is S.MERGED


def test_objections_and_ratings_from_several_phones_count_once(real_db):
    critic, author = make.make_user(), make.make_user()
    now = utcnow()
    noticed = make.make_proposal(state="publicity", objections_until=now + timedelta(days=1)).id
    done = make.make_proposal(author=author, state="done", seconds_count=3).id
    who, by = critic.id, author.id
    at_once(lambda n: service.object_to(get_user(who), noticed, f"反对{n}"), range(THREADS))
    at_once(lambda n: service.rate(get_user(by), done, "satisfied" if n % 2 else "not_solved"), range(THREADS))
    session = db.Session()
    p, q = session.get_one(Proposal, noticed), session.get_one(Proposal, done)
    assert (p.objection_count, p.open_objection_count) == (1, 1)
    assert q.rating_yes_count + q.rating_no_count == 1


@pytest.mark.parametrize("state", ["draft", "gathering", "deliberating", "publicity", "done"])
def test_two_workers_do_what_is_due_once(real_db, state):
    now = utcnow()
    over = {"due_at": now - timedelta(hours=1), "objections_until": now - timedelta(hours=1)}
    made = [make.make_proposal(state=state, **over) for _ in range(6)]
    for p in made:
        if state != "draft":
            place_counts_before(p)
    db.Session.remove()
    at_once(lambda _: outbox.run_due(now), range(2))
    with db.scope():
        outbox.run_due(now)
    session = db.Session()
    by_subject = session.execute(
        sa.select(audit.Entry.subject_id, audit.Entry.action).where(audit.Entry.subject_kind == "proposal")
    ).all()
    assert len(by_subject) == len(set(by_subject)) == len(made)
    for code in session.scalars(sa.select(Place.code)):
        assert sum(place_counts.totals(session, "proposal", code).by_state.values()) in (0, len(made))


def test_the_author_withdraws_while_the_desk_answers(real_db):
    """Whoever comes second hears that something has changed; nothing is half done."""
    author, staff = make.make_user(), make.make_staff()
    pid = make.make_proposal(author=author, state="submitted").id
    jobs = [
        (author.id, "withdraw", {}),
        (staff.id, "return", {"reason": "写清楚"}),
        (staff.id, "refuse", {"reason": "不行", "reason_code": "duplicate"}),
    ]
    found = at_once(lambda job: service.move(get_user(job[0]), pid, job[1], **job[2]), jobs)
    assert 1 <= sum(isinstance(x, Proposal) for x in found) <= 2  # a returned one may still be withdrawn
    with db.snapshot() as still:
        assert audit.verify(still)[1] == []
