"""Counting: pure functions of numbers. Abstentions count for the quorum only; both are asked of the snapshot (K7)."""

from datetime import datetime
from typing import NamedTuple

from portal.ballots.models import Ballot
from portal.ballots.states import BallotState
from portal.spaces.rules import Majority, Results, RuleSet


class Counts(NamedTuple):
    """The numbers of a ballot as a reader may see them."""

    for_: int
    against: int
    abstain: int
    eligible: int

    @property
    def turnout(self) -> int:
        return self.for_ + self.against + self.abstain


class Outcome(NamedTuple):
    quorate: bool
    passed: bool


def is_quorate(counts: Counts, quorum_share: int) -> bool:
    """Did at least this share (per cent) of the eligible take part? Where nobody may vote, nothing is decided."""
    return counts.eligible > 0 and counts.turnout * 100 >= quorum_share * counts.eligible


def is_carried(counts: Counts, majority: Majority) -> bool:
    """Are there enough votes in favour? A tie is not enough, and no votes are none."""
    for_, against = counts.for_, counts.against
    if majority is Majority.SIMPLE:
        return for_ > against
    if majority is Majority.TWO_THIRDS:
        return for_ > 0 and 3 * for_ >= 2 * (for_ + against)
    return 2 * for_ > counts.eligible


def counted(ballot: Ballot) -> Counts:
    return Counts(ballot.for_count, ballot.against_count, ballot.abstain_count, ballot.eligible_count)


def outcome(ballot: Ballot, rules: RuleSet | None = None) -> Outcome:
    """What the votes amount to under the rules the ballot was announced with."""
    rules, counts = rules or ballot.rule_set, counted(ballot)
    quorate = is_quorate(counts, rules.quorum_share)
    return Outcome(quorate, quorate and is_carried(counts, rules.majority))


def visible_counts(ballot: Ballot, now: datetime) -> Counts | None:
    """The counts as anybody may see them now: while voting only where the rules say so, then for everybody.

    The turnout alone (`ballot.turnout`) is never hidden.
    """
    if ballot.state in (BallotState.CLOSED, BallotState.TALLIED, BallotState.PUBLISHED, BallotState.FINAL):
        return counted(ballot)
    if ballot.state is BallotState.OPEN and ballot.opens_at <= now and ballot.rule_set.results is Results.LIVE:
        return counted(ballot)
    return None


def names_are_public(ballot: Ballot, now: datetime) -> bool:
    """May everybody read who chose what? Only where the rules say so, and then as soon as the counts are shown."""
    return not ballot.rule_set.secret and visible_counts(ballot, now) is not None
