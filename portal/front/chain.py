"""One finished matter as a row of stations, told from what is already loaded: the proof that the promise is kept."""

from portal.cases.numbers import grouped
from portal.front.queries import Matter
from portal.proposals.words import HOW
from portal.text.clean import excerpt
from portal.text.lazy import Lazy, _l, _ln


def stations(matter: Matter) -> list[dict]:
    """The stations of a confirmed proposal, all behind it. Those its rules skipped are left out."""
    p, ballot, case = matter
    voted = ballot.closed_at if ballot else None
    rated = p.rating_yes_count + p.rating_no_count
    rows = [
        _station(_l("Proposal"), p.submitted_at, _l("by %(who)s", who=p.author.display_name)),
        _station(
            _l("Seconding"),
            p.published_at,
            _ln("%(num)s neighbour", "%(num)s neighbours", p.seconds_count),
            p.seconds_needed,
        ),
        _station(
            _l("Vote"),
            voted,
            _l("%(yes)s for, %(no)s against", yes=ballot.for_count, no=ballot.against_count) if ballot else "",
        ),
        _station(_l("Decision"), p.answered_at, HOW.get(p.accepted_how, "")),
        _station(_l("Case"), case.reported_at if case else None, grouped(case.number) if case else ""),
        _station(_l("Done"), p.done_at, excerpt(p.result, 24)),
        _station(
            _l("Rating"),
            p.state_since,
            _l("%(yes)s of %(all)s say it is solved", yes=p.rating_yes_count, all=rated),
            rated,
        ),
    ]
    return [row for row in rows if row]


def _station(name: Lazy, at, text, asked=1) -> dict | None:
    """A station, or nothing where the matter never stopped there."""
    return {"name": name, "status": "done", "at": at, "text": text} if at and asked else None


def days(matter: Matter) -> int:
    """How long it took, from handing it in to the residents' rating."""
    p = matter.proposal
    return max(1, (p.state_since - (p.submitted_at or p.created_at)).days)
