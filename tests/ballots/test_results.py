"""Counting: pure functions, whatever the numbers."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ballots.models import Ballot
from portal.ballots.results import Counts, is_carried, is_quorate, outcome, visible_counts
from portal.ballots.states import BallotState
from portal.clock import utcnow
from portal.spaces.rules import Majority, Results, RuleSet

votes = st.integers(0, 10_000)
S = BallotState


@st.composite
def counts(draw):
    for_, against, abstain = draw(votes), draw(votes), draw(votes)
    return Counts(for_, against, abstain, for_ + against + abstain + draw(votes))


def ballot(counts, state=S.OPEN, **rules):
    now = utcnow()
    return Ballot(state=state, rules=RuleSet(**rules).to_json(), for_count=counts.for_, against_count=counts.against,
                  abstain_count=counts.abstain, eligible_count=counts.eligible, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1))  # fmt: skip


@given(counts(), st.integers(0, 100), st.sampled_from(Majority))
def test_passing_needs_both_quorum_and_majority(c, quorum, majority):
    result = outcome(ballot(c, quorum_share=quorum, majority=majority))
    assert result.quorate == is_quorate(c, quorum)
    assert result.passed == (result.quorate and is_carried(c, majority))


@given(counts(), st.sampled_from(Majority))
def test_one_more_vote_in_favour_never_hurts_and_one_more_against_never_helps(c, majority):
    if is_carried(c, majority):
        assert is_carried(c._replace(for_=c.for_ + 1), majority)
    else:
        assert not is_carried(c._replace(against=c.against + 1), majority)


@given(counts(), votes, st.sampled_from(Majority))
def test_abstentions_count_for_the_quorum_and_for_nothing_else(c, more, majority):
    assert is_carried(c._replace(abstain=c.abstain + more), majority) == is_carried(c, majority)
    if is_quorate(c, 50):
        assert is_quorate(c._replace(abstain=min(c.abstain + more, c.eligible - c.for_ - c.against)), 50)


@given(votes, votes, st.sampled_from(Majority))
def test_a_tie_carries_nothing(n, abstain, majority):
    assert not is_carried(Counts(n, n, abstain, 2 * n + abstain), majority)


@given(votes, st.integers(0, 100), st.sampled_from(Majority))
def test_without_votes_nothing_passes(eligible, quorum, majority):
    assert not outcome(ballot(Counts(0, 0, 0, eligible), quorum_share=quorum, majority=majority)).passed


@given(counts())
def test_a_stricter_majority_lets_less_through(c):
    if is_carried(c, Majority.TWO_THIRDS):
        assert is_carried(c, Majority.SIMPLE)
    if is_carried(c, Majority.OF_ALL_ELIGIBLE):
        assert is_carried(c, Majority.SIMPLE)


@pytest.mark.parametrize(("for_", "against", "abstain", "eligible", "majority", "carried"), [
    (2, 1, 0, 9, Majority.TWO_THIRDS, True),
    (199, 100, 0, 999, Majority.TWO_THIRDS, False),
    (200, 100, 50, 999, Majority.TWO_THIRDS, True),
    (1, 0, 0, 1, Majority.SIMPLE, True),
    (5, 0, 0, 10, Majority.OF_ALL_ELIGIBLE, False),
    (6, 4, 0, 10, Majority.OF_ALL_ELIGIBLE, True),
])  # fmt: skip
def test_the_edges_of_each_majority(for_, against, abstain, eligible, majority, carried):
    assert is_carried(Counts(for_, against, abstain, eligible), majority) is carried


@pytest.mark.parametrize(("turnout", "eligible", "share", "quorate"), [
    (50, 100, 50, True), (49, 100, 50, False), (1, 3, 33, True), (1, 3, 34, False), (0, 0, 0, False), (0, 5, 0, True),
])  # fmt: skip
def test_the_edges_of_the_quorum(turnout, eligible, share, quorate):
    assert is_quorate(Counts(turnout, 0, 0, eligible), share) is quorate


@pytest.mark.parametrize("state", BallotState)
@pytest.mark.parametrize("results", Results)
def test_counts_are_seen_only_when_the_rules_and_the_state_allow(state, results):
    shown = visible_counts(ballot(Counts(3, 1, 0, 9), state, results=results), utcnow())
    ended = state in (S.CLOSED, S.TALLIED, S.PUBLISHED, S.FINAL)
    assert (shown is not None) == (ended or (state is S.OPEN and results is Results.LIVE))
    assert shown in (None, Counts(3, 1, 0, 9))


def test_a_ballot_whose_time_is_over_stays_hidden_until_it_is_closed():
    box = ballot(Counts(3, 1, 0, 9))
    assert visible_counts(box, box.closes_at + timedelta(hours=1)) is None
