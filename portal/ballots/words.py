"""A ballot's rules and state in plain words."""

from portal.ballots.models import Ballot
from portal.ballots.states import BallotState as S
from portal.spaces.rules import Electorate, Majority, Results, RuleSet
from portal.text.lazy import _l

BADGES = {
    S.DESIGNED: (_l("Being prepared"), "", "pencil"), S.ANNOUNCED: (_l("Announced"), "info", "calendar-event"),
    S.OPEN: (_l("Voting"), "now", "hourglass-split"), S.CLOSED: (_l("Closed"), "", "lock-fill"),
    S.TALLIED: (_l("Closed"), "", "lock-fill"), S.PUBLISHED: (_l("Result published"), "done", "check-circle-fill"),
    S.FINAL: (_l("Result final"), "done", "check-circle-fill"), S.ANNULLED: (_l("Annulled"), "", "slash-circle"),
}  # fmt: skip

_MAJORITIES = {
    Majority.SIMPLE: _l("It passes when more vote for it than against it."),
    Majority.TWO_THIRDS: _l("It passes when at least two thirds of those who vote for or against are for it."),
    Majority.OF_ALL_ELIGIBLE: _l("It passes when more than half of everybody who may vote is for it."),
}


def rules(ballot: Ballot) -> list:
    """How this ballot works, a sentence a rule."""
    r = ballot.rule_set
    said = [
        _l("Every confirmed resident of this place may vote.") if r.electorate is Electorate.RESIDENTS else _l("The members of the space may vote."),
        _l("Each household has one vote.") if r.per_household else _l("Each person has one vote."),
        _l("Who may vote is fixed when voting begins.") if ballot.state is S.ANNOUNCED else _l("Who may vote was fixed when voting began."),
    ]  # fmt: skip
    if r.quorum_share:
        said.append(
            _l(
                "It counts only if at least %(share)s %% of those who may vote take part. Abstentions count as taking part.",
                share=r.quorum_share,
            )
        )
    said.append(_MAJORITIES[r.majority])
    said.append(secrecy(r))
    if r.results is Results.AFTER_CLOSE:
        said.append(_l("The counts are shown when voting ends; until then only how many have voted."))
    return said


def secrecy(rules: RuleSet):
    """Who sees a choice."""
    if rules.secret:
        return _l("Others see totals only, never your choice.")
    if rules.results is Results.LIVE:
        return _l("This vote is by name: everybody sees at once what you chose, under your display name.")
    return _l("This vote is by name: when it has ended, everybody sees what you chose, under your display name.")


def outcome(ballot: Ballot):
    """How a finished ballot ended, in one sentence."""
    if ballot.state is S.ANNULLED:
        return _l("Annulled: %(reason)s", reason=ballot.annulled_reason)
    if ballot.passed is None:
        return ""
    if not ballot.quorate:
        return _l("Not passed: only %(cast)s of %(eligible)s took part, %(share)s %% were needed.", cast=ballot.turnout,
                  eligible=ballot.eligible_count, share=ballot.rule_set.quorum_share)  # fmt: skip
    decided = ballot.for_count + ballot.against_count
    share = round(100 * ballot.for_count / decided) if decided else 0
    if ballot.passed:
        return _l("Passed: %(share)s %% in favour.", share=share)
    return _l("Not passed: %(share)s %% in favour.", share=share)


def threshold(ballot: Ballot) -> float | None:
    """Where the line stands in the bar of all votes cast, 0…1; none where it cannot be drawn there."""
    decided, cast = ballot.for_count + ballot.against_count, ballot.turnout
    share = {Majority.SIMPLE: 0.5, Majority.TWO_THIRDS: 2 / 3}.get(ballot.rule_set.majority)
    return share * decided / cast if share and cast else None
