"""Any people doing anything in any order, time passing: no way past another person's review, nothing counted wrong.

Where the invariants of DOMAIN K are tested:

    K1, K2, K6, K7, K9     the machine below
    K1 to K5, K14          that of cases (tests/cases/test_stateful.py); the arithmetic of K5 in tests/categories/test_clockwork.py
    K2 for patrols         tests/patrols/test_states.py
    K10                    tests/hostile/test_privacy.py
    K13                    the forms ask: tests/proposals/test_pages.py, tests/cases/test_pages.py; the words: tests/core/test_text.py
    K8, K11, K12, K15      not built yet: minutes, deleting an account, Open311, rankings
"""

from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal import audit, clock, db, outbox
from portal.accounts import service as accounts
from portal.accounts.models import User
from portal.accounts.queries import get_user
from portal.ballots import service as ballots
from portal.ballots.models import Ballot, Elector, Vote
from portal.ballots.queries import named_votes
from portal.ballots.results import visible_counts
from portal.conversations.models import Thread
from portal.errors import PortalError
from portal.moderation import service as moderation
from portal.places.models import PlaceCount, codes_above
from portal.policy import GUEST, SYSTEM, Level, Role
from portal.proposals import policy, service
from portal.proposals.models import Objection, Proposal, ProposalVersion
from portal.proposals.service import ratings, support
from portal.proposals.states import MOVES, OPEN_TO_TALK, PRIVATE, ProposalState
from portal.spaces.models import Space
from portal.spaces.rules import Majority, Results, RuleSet
from tests import factories as make
from tests.proposals.helpers import ANSWER, TEXT, promise

S = ProposalState
ACTORS = ("author", "chair", "moderator", "colleague", "acceptor", "one", "two", "three", "low", "elsewhere")
TRIED = ("submit", "pass_review", "return", "refuse", "conclude", "accept", "decline", "start", "finish")
BY_PEOPLE = (*TRIED, "withdraw")
BY_THE_PORTAL = tuple(set(MOVES) - set(BY_PEOPLE) - {"merge"})
MADE_BY_OTHERS = ("pass_review", "return", "refuse", "accept", "decline", "start", "finish", "merge", "conclude")
GIVEN = {"reason": "请写清楚", "reason_code": "duplicate", "result": "装好了。", **ANSWER}
FEW = ("author", "chair", "one")  # of eight who may vote
ROUNDS: tuple[tuple[RuleSet, tuple[str, ...]], ...] = (  # the rules, and who votes where a matter takes its course
    (RuleSet(seconds_needed=2, deliberation_days=1, ballot_days=2, quorum_share=0, publicity_days=14, gather_days=5), ACTORS),
    (RuleSet(seconds_needed=1, deliberation_days=0, ballot=False, publicity_days=0), ACTORS),
    (RuleSet(seconds_needed=0, deliberation_days=0, ballot_days=1, quorum_share=40, publicity_days=2), FEW),
    (RuleSet(seconds_needed=2, seconds_share=1, breadth=2, deliberation_days=2, ballot=False, publicity_days=1, second_level=3), ACTORS),
    (RuleSet(seconds_needed=0, deliberation_days=1, notice_days=3, ballot_days=2, per_household=True, quorum_share=50, publicity_days=15), ACTORS),
    (RuleSet(seconds_needed=0, deliberation_days=0, notice_days=2, ballot_days=1, secret=False, results=Results.LIVE,
             majority=Majority.OF_ALL_ELIGIBLE, quorum_share=30, publicity_days=1), FEW),
)  # fmt: skip
HOUSEHOLDS = {"author": "201", "chair": "201", "one": "202", "two": "202", "three": "202"}  # the others live alone


class Neighbourhood(RuleBasedStateMachine):
    """Three proposals at most, ten people, and days that pass."""

    rule_set: RuleSet
    voters: tuple[str, ...]

    @initialize(
        steps=st.sampled_from([14, 0, 1, 3, 6, 8, 9, 12]),
        answer=st.sampled_from(["satisfied", "not_solved"]),
        choice=st.sampled_from(["for", "against"]),
    )
    def begin(self, steps, answer, choice):
        """The first of them has already come some way."""
        self.session.execute(sa.update(User).values(home_code=None))  # whoever lived here before
        self.space = make.make_space(rules=self.rule_set).id
        self.people = {
            name: make.make_user(building=f"{n % 3}号楼", household=HOUSEHOLDS.get(name)).id
            for n, name in enumerate(ACTORS)
        }
        by_name = {name: get_user(ident) for name, ident in self.people.items()}
        by_name["low"].level = Level.PHONE
        by_name["elsewhere"].home_code = make.OTHER_COMMUNITY
        make.save(*by_name.values())
        for name in ("author", "moderator", "colleague"):  # the author is a moderator too
            make.make_grant(by_name[name], Role.MODERATOR, place=make.COMMUNITY)
        make.make_grant(by_name["acceptor"], Role.ACCEPTOR, place=make.STREET)
        make.make_grant(by_name["chair"], Role.CHAIR, space=self.space)
        self.ids, self.days, self.listed = [], [], {}
        self.draft(who="author")
        self.seen = {}
        for _ in range(steps):
            self.things_take_their_course(0, answer, choice)
            self.look()

    def teardown(self):
        for day in reversed(getattr(self, "days", [])):
            day.__exit__()
        faults = audit.verify(db.Session())[1]
        assert faults == []

    def do(self, what, *args, **given):
        """Whatever is refused must leave everything as it was: the invariants look at that."""
        try:
            return what(*args, **given)
        except PortalError:
            return None

    def who(self, name):
        return {"guest": GUEST, "portal": SYSTEM}.get(name) or get_user(self.people[name])

    def which(self, n):
        return self.ids[n % len(self.ids)]

    somebody = st.sampled_from([*ACTORS, "guest"])
    which_one = st.integers(0, 2)

    @rule(who=st.sampled_from(["author", "one", "chair"]))
    def draft(self, who):
        if len(self.ids) < 3:
            p = self.do(service.save_draft, self.who(who), space_id=self.space, **TEXT)
            if p is not None:
                self.ids.append(p.id)

    @rule(
        who=st.sampled_from([*ACTORS, "guest", "portal"]), n=which_one, action=st.sampled_from([*TRIED * 3, "withdraw"])
    )
    def move(self, who, n, action):
        self.do(service.move, self.who(who), self.which(n), action, **{**GIVEN, "promised_at": promise(3)})

    @rule(n=which_one, answer=st.sampled_from(["satisfied", "not_solved"]), choice=st.sampled_from(["for", "against"]))
    @precondition(lambda self: self.ids)
    def things_take_their_course(self, n, answer, choice):
        """What moves a matter on from where it stands, so that late states are visited often."""
        ident = self.which(n)
        p = self.session.get_one(Proposal, ident, populate_existing=True)
        action = {S.DRAFT: "submit", S.SUBMITTED: "pass_review", S.DELIBERATING: "conclude", S.PUBLICITY: "accept", S.ACCEPTED: "start",
                  S.IN_PROGRESS: "finish"}.get(p.state)  # fmt: skip
        if p.state is S.GATHERING:
            self.everybody_seconds(n)
        if p.state is S.VOTING:
            self.the_worker_looks(n)
            self.revise("author", n, True, "改成种树，不要停车架。")
            self.vote(n, choice, self.voters)
            self.move_house("three", lives_here=False)
        if p.state in (S.VOTING, S.PUBLICITY):
            self.time_passes(3)
            self.answer("moderator")
            self.answer("colleague")
        for who in ACTORS if action else ():
            self.move(who, n, action)
        for who in ACTORS if p.state is S.DONE else ():
            self.rate(who, n, answer)

    @rule(who=st.sampled_from([*ACTORS, "guest", "portal"]), n=which_one, action=st.sampled_from(BY_THE_PORTAL))
    def try_the_portals_moves(self, who, n, action):
        self.do(service.move, self.who(who), self.which(n), action)

    @rule(who=somebody, n=which_one)
    def second(self, who, n):
        self.do(service.second, self.who(who), self.which(n))

    @rule(n=which_one)
    def everybody_seconds(self, n):
        for who in ACTORS:
            self.second(who, n)

    @rule(who=somebody, n=which_one)
    def unsecond(self, who, n):
        self.do(service.unsecond, self.who(who), self.which(n))

    @rule(
        who=somebody,
        n=which_one,
        material=st.booleans(),
        body=st.sampled_from(["早晚停满车，轮椅过不去了。", "改成种树，不要停车架。"]),
    )
    def revise(self, who, n, material, body):
        self.do(
            service.revise,
            self.who(who),
            self.which(n),
            title=TEXT["title"],
            body=body,
            why="改一改",
            material=material,
        )

    @rule(who=somebody, n=which_one)
    def object(self, who, n):
        self.do(service.object_to, self.who(who), self.which(n), "反对")

    @rule(who=somebody)
    def answer(self, who):
        for ident in self.session.scalars(sa.select(Objection.id).where(Objection.proposal_id.in_(self.ids))).all():
            self.do(service.answer_objection, self.who(who), ident, "改了")

    @rule(who=somebody, n=which_one, answer=st.sampled_from(["satisfied", "fair", "not_solved"]))
    def rate(self, who, n, answer):
        self.do(service.rate, self.who(who), self.which(n), answer)

    @rule(who=somebody, n=which_one, into=which_one)
    def merge(self, who, n, into):
        self.do(service.move, self.who(who), self.which(n), "merge", into=self.which(into))

    @rule(
        n=which_one,
        choice=st.sampled_from(["for", "against", "abstain"]),
        who=st.lists(somebody, min_size=1, max_size=5),
    )
    def vote(self, n, choice, who):
        outbox.run_due()
        p = self.session.get_one(Proposal, self.which(n))
        for name in who if p.ballot_id else ():
            self.do(ballots.vote, self.who(name), p.ballot_id, choice)

    @rule(n=which_one)
    def the_worker_looks(self, n):
        """However early, late or often it comes."""
        if ident := self.session.get_one(Proposal, self.which(n)).ballot_id:
            ballots.open_ballot(ident, clock.utcnow())
            ballots.close_ballot(ident, clock.utcnow())

    @rule(who=st.sampled_from(ACTORS), lives_here=st.booleans())
    def move_house(self, who, lives_here):
        """Who may vote does not change with it once a ballot is open."""
        with db.transaction() as session:
            level, home = (Level.RESIDENT, make.COMMUNITY) if lives_here else (Level.REAL_NAME, None)
            accounts.become(session, get_user(self.people[who]), level, home, HOUSEHOLDS.get(who))

    @rule(n=which_one, who=somebody)
    def annul(self, n, who):
        if ident := self.session.get_one(Proposal, self.which(n)).ballot_id:
            self.do(ballots.annul, self.who(who), ident, "漏发选票")

    @rule(n=which_one, who=somebody, again=st.booleans())
    def hide(self, n, who, again):
        if again:
            self.do(moderation.restore, self.who(who), "proposal", self.which(n), "mistake")
        else:
            self.do(moderation.hide, self.who(who), "proposal", self.which(n), "off_topic", "无关")

    @rule(days=st.sampled_from([0.1, 1, 2, 3, 16, 31]))
    def time_passes(self, days):
        later = clock.travel(days=days)
        later.__enter__()
        self.days.append(later)
        outbox.run_due()
        outbox.run_due()

    def look(self):
        self.every_step_is_one_of_the_table_by_somebody_in_a_role()
        self.nothing_goes_past_another_persons_eyes()
        self.what_is_stored_is_what_a_recount_finds()
        self.the_places_and_the_space_count_what_is_public()
        self.what_is_over_stays_over()
        self.ballots_keep_to_their_notice_and_their_voters()

    @property
    def session(self):
        return db.Session()

    def proposals(self):
        wanted = sa.select(Proposal).where(Proposal.id.in_(self.ids)).order_by(Proposal.id)
        return list(self.session.scalars(wanted.execution_options(populate_existing=True)))

    @invariant()
    def every_step_is_one_of_the_table_by_somebody_in_a_role(self):
        for p in self.proposals():
            steps = [
                e
                for e in audit.history(self.session, [("proposal", p.id)])
                if e.action.removeprefix("proposal.") in MOVES
            ]
            assert (steps[-1].after if steps else "draft") == p.state
            assert all(a.after == b.before for a, b in pairwise(steps))
            for e in steps:
                move = MOVES[e.action.removeprefix("proposal.")]
                assert e.before in move.come_from
                assert e.after in move.go_to
                assert e.role
                assert (e.actor_id is None) == (e.actor_kind == "system")
                assert all(e.details.get(name) for name in move.needs)

    @invariant()
    def nothing_goes_past_another_persons_eyes(self):
        for p in self.proposals():
            entries = audit.history(self.session, [("proposal", p.id)])
            for e in entries:
                if e.action.removeprefix("proposal.") in MADE_BY_OTHERS:
                    assert e.actor_id != p.author_id
                if e.action in ("proposal.accept", "proposal.decline"):
                    assert e.at >= p.objections_until
            if p.state is S.PUBLICITY and policy.is_disclosure(p.rule_set):  # K9
                assert p.objections_until >= p.state_since + timedelta(days=15)
                DONE.add("disclosed")
            done = [e.action.removeprefix("proposal.") for e in entries]
            if p.is_published:
                assert "pass_review" in done
            if p.state in (S.ACCEPTED, S.IN_PROGRESS, S.DONE, S.CONFIRMED, S.DISPUTED, S.UNCONFIRMED):
                assert "accept" in done
                assert p.accepted_how
                assert p.responsible
                assert p.promised_at
                assert p.open_objection_count == 0
            if p.state in PRIVATE:
                assert p.published_at is None

    @invariant()
    def what_is_stored_is_what_a_recount_finds(self):
        for p in self.proposals():
            assert (p.seconds_count, p.stale_seconds_count) == support.recount(self.session, p.id)
            assert (p.rating_yes_count, p.rating_no_count) == ratings.recount(self.session, p.id, p.redo_count)
            shown = self.session.scalars(
                sa.select(Objection).where(Objection.proposal_id == p.id, Objection.hidden_at.is_(None))
            ).all()
            assert (p.objection_count, p.open_objection_count) == (
                len(shown),
                sum(o.answered_at is None for o in shown),
            )
            if p.thread_id:
                assert self.session.get_one(Thread, p.thread_id, populate_existing=True).is_open == (
                    p.state in OPEN_TO_TALK and not p.is_hidden
                )
            if p.ballot_id:
                self.ballot_is_right(p.ballot_id)

    def ballot_is_right(self, ident):
        box = self.session.get_one(Ballot, ident, populate_existing=True)
        votes = self.session.scalars(sa.select(Vote.choice).where(Vote.ballot_id == ident)).all()
        assert box.turnout == len(votes) <= max(box.eligible_count, 0)
        assert box.for_count == votes.count("for")

    @invariant()
    def ballots_keep_to_their_notice_and_their_voters(self):
        now = {p.id: p for p in self.proposals()}
        wanted = sa.select(Ballot).where(Ballot.subject_id.in_(self.ids)).order_by(Ballot.id)
        for box in self.session.scalars(wanted.execution_options(populate_existing=True)).all():
            listed = sa.select(Elector.user_id, Elector.seat).where(Elector.ballot_id == box.id)
            seats = dict(self.session.execute(listed).tuples().all())
            votes = self.session.scalars(sa.select(Vote).where(Vote.ballot_id == box.id)).all()
            self.was_posted_in_time(now[box.subject_id], box)
            self.has_the_voters_of_its_opening(box, seats, votes)
            self.passes_if_quorate_at_its_end(box, len(set(seats.values())), [vote.choice for vote in votes])
            named = named_votes(box, clock.utcnow())
            assert (named is None) == (self.rule_set.secret or visible_counts(box, clock.utcnow()) is None)
            assert named is None or len(named.rows) == len(votes)
            DONE.update(["named"] if named else [])

    def was_posted_in_time(self, p, box):
        """K6: the text of the notice and no other, and not before its days are over."""
        assert box.question == self.session.get_one(ProposalVersion, (p.id, box.version)).title
        assert p.state is not S.VOTING or p.ballot_id != box.id or p.version == box.version
        moment = timedelta(seconds=9)  # passes until the notice is written down
        assert box.opens_at + moment >= box.created_at + timedelta(days=self.rule_set.notice_days)
        if box.opened_at is not None:
            assert box.opened_at >= box.opens_at
            DONE.update(["opened after notice"] if self.rule_set.notice_days else [])

    def has_the_voters_of_its_opening(self, box, seats, votes):
        """K7: whoever comes, goes or moves, the list of voters stays; a household has one vote where the rules say so."""
        if box.opened_at is None:
            assert not seats
            assert not votes
            return
        assert self.listed.setdefault(box.id, seats) == seats
        assert box.eligible_count == len(set(seats.values()))
        assert all(seats[vote.cast_by] == vote.seat for vote in votes)
        assert all(box.opened_at <= vote.cast_at < box.closes_at for vote in votes)
        if self.rule_set.per_household:
            names = {ident: name for name, ident in self.people.items()}
            homes = [HOUSEHOLDS.get(names[vote.cast_by], vote.cast_by) for vote in votes]
            assert len(homes) == len(set(homes))
            DONE.update("voted as a household" for home in homes if isinstance(home, str))

    def passes_if_quorate_at_its_end(self, box, seats, choices):
        """K7: counted anew, by rules written down here once more."""
        if box.closed_at is None:
            assert box.passed is None
            return
        assert box.closed_at >= box.closes_at
        assert box.quorate == (seats > 0 and 100 * len(choices) >= self.rule_set.quorum_share * seats)
        asked = seats if self.rule_set.majority is Majority.OF_ALL_ELIGIBLE else len(choices) - choices.count("abstain")
        assert box.passed == (box.quorate and 2 * choices.count("for") > asked)
        DONE.add(f"passed {box.passed}")

    @invariant()
    def the_places_and_the_space_count_what_is_public(self):
        expected = {}
        everything = self.session.scalars(sa.select(Proposal).execution_options(populate_existing=True)).all()
        for p in everything:
            for code in codes_above(p.place_code) if p.is_public else ():
                expected[code, p.state] = expected.get((code, p.state), 0) + 1
        rows = self.session.execute(
            sa.select(PlaceCount.place_code, PlaceCount.state, PlaceCount.n).where(PlaceCount.kind == "proposal")
        ).all()
        assert {(code, state): n for code, state, n in rows if n} == expected
        stored = self.session.scalar(sa.select(Space.proposal_count).where(Space.id == self.space))
        assert stored == sum(p.is_public for p in everything if p.space_id == self.space)

    @invariant()
    def what_is_over_stays_over(self):
        for p in self.proposals():
            if self.seen.get(p.id) in (
                S.REFUSED,
                S.LAPSED,
                S.FAILED,
                S.DECLINED,
                S.CONFIRMED,
                S.UNCONFIRMED,
                S.MERGED,
                S.WITHDRAWN,
            ):
                assert p.state == self.seen[p.id]
            self.seen[p.id] = p.state
            VISITED.add(p.state)


VISITED: set[ProposalState] = set()
DONE: set[str] = set()


@pytest.mark.slow
def test_whatever_people_do_in_whatever_order(session):
    for n, (rules, voters) in enumerate(ROUNDS):
        run_state_machine_as_test(
            type(f"Neighbourhood{n}", (Neighbourhood,), {"rule_set": rules, "voters": voters}),
            settings=settings(
                max_examples=2,  # one takes its course straight ahead, the other is anybody's guess
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],
                derandomize=True,
            ),
        )
    assert len(VISITED) >= 10, VISITED  # it really goes somewhere
    assert {
        "opened after notice",
        "voted as a household",
        "passed True",
        "passed False",
        "named",
        "disclosed",
    } <= DONE, DONE


def test_every_state_can_be_reached_by_what_people_and_time_do(session, make):
    """One short story a state."""
    author, staff, friend = make.user(), make.staff(), make.user()
    full = RuleSet(
        seconds_needed=1, deliberation_days=1, ballot_days=1, quorum_share=0, publicity_days=0, rating_days=1
    )
    short = RuleSet(seconds_needed=0, deliberation_days=0, ballot=False, publicity_days=0, rating_days=1)

    def story(rules, *steps):
        p = service.save_draft(author, space_id=make.space(rules=rules).id, **TEXT)
        for step in steps:
            step(p)
        return p.state

    def by(actor, action, **given):
        return lambda p: service.move(actor, p.id, action, **{**GIVEN, "promised_at": promise(2), **given})

    def later(days):
        def wait(p):
            with clock.travel(days=days):
                outbox.run_due()

        return wait

    def vote(choice):
        def cast(p):
            outbox.run_due()
            ballots.vote(author, p.ballot_id, choice)

        return cast

    submit, let_through = by(author, "submit"), by(staff, "pass_review")
    second = lambda p: service.second(friend, p.id)  # noqa: E731 — a word in the stories below
    rate = lambda answer: lambda p: service.rate(author, p.id, answer)  # noqa: E731
    public = (submit, let_through)
    finished = (*public, by(staff, "accept"), by(staff, "start"), by(staff, "finish"))
    again = (*finished, rate("not_solved"), by(staff, "finish"), rate("not_solved"))
    target = make.proposal(state="gathering", due_at=promise(400))
    stories = {
        S.DRAFT: (full,), S.SUBMITTED: (full, submit), S.RETURNED: (full, submit, by(staff, "return")), S.REFUSED: (full, submit, by(staff, "refuse")),
        S.GATHERING: (full, *public), S.LAPSED: (full, *public, later(91)), S.DELIBERATING: (full, *public, second),
        S.VOTING: (full, *public, second, by(staff, "conclude")), S.FAILED: (full, *public, second, by(staff, "conclude"), vote("against"), later(2)),
        S.PUBLICITY: (short, *public), S.DECLINED: (short, *public, by(staff, "decline")), S.ACCEPTED: (short, *public, by(staff, "accept")),
        S.IN_PROGRESS: (short, *public, by(staff, "accept"), by(SYSTEM, "start")), S.DONE: (short, *finished),
        S.CONFIRMED: (short, *finished, rate("fair")), S.DISPUTED: (short, *again), S.UNCONFIRMED: (short, *finished, later(2)),
        S.MERGED: (full, *public, by(staff, "merge", into=target.id)), S.WITHDRAWN: (full, *public, by(author, "withdraw")),
    }  # fmt: skip
    for state, (rules, *steps) in stories.items():
        assert story(rules, *steps) is state
    assert set(stories) == set(S)
