"""What each kind of space is for and the rules it begins with. Sources are the sections of the domain notes.

Numbers of law differ by place and year; a space changes its rules on its own page, and every version is kept.
"""

from typing import Any, NamedTuple

from portal.spaces.models import SpaceKind
from portal.spaces.rules import Electorate, Majority, Results, RuleSet, WhoWrites
from portal.text.lazy import _l

K = SpaceKind

DEFAULTS: dict[SpaceKind, RuleSet] = {
    # C2 council: more than half of the members must take part, more than half of the votes carry; C7: seconds reach the
    # agenda, expire after 90 days; publicity 7 days for outcomes; the decision is told by the residents' committee.
    # C3: a matter is on the posted notice at least 3 days before it is voted on (K6).
    K.COUNCIL: RuleSet(
        who_writes=WhoWrites.EVERYBODY,
        write_level=2,
        second_level=2,
        review_comments=True,
        seconds_needed=20,
        gather_days=90,
        deliberation_days=7,
        ballot=True,
        notice_days=3,
        ballot_days=7,
        electorate=Electorate.RESIDENTS,
        quorum_share=50,
        majority=Majority.SIMPLE,
        secret=True,
        results=Results.AFTER_CLOSE,
        publicity_days=7,
        answer_days=15,
        rating_days=7,
        decider="committee",
    ),
    # C2 hall: about 20 chosen members, two thirds of them must take part, more than half carry; talk comes first, and
    # notice of what is voted on is sent at least 3 days ahead (C3).
    K.HALL: RuleSet(
        who_writes=WhoWrites.RESIDENTS,
        write_level=3,
        second_level=2,
        seconds_needed=10,
        gather_days=60,
        deliberation_days=14,
        ballot=True,
        notice_days=3,
        ballot_days=5,
        electorate=Electorate.MEMBERS,
        quorum_share=67,
        majority=Majority.SIMPLE,
        secret=False,
        results=Results.LIVE,
        publicity_days=7,
        answer_days=15,
        rating_days=7,
        decider="committee",
    ),
    # C2 forum: open to everybody, no quorum, ends in an opinion with an official reply: no ballot.
    K.FORUM: RuleSet(
        who_writes=WhoWrites.EVERYBODY,
        write_level=2,
        second_level=2,
        review_comments=True,
        seconds_needed=30,
        gather_days=90,
        deliberation_days=14,
        ballot=False,
        publicity_days=7,
        answer_days=30,
        rating_days=14,
        decider="street",
    ),
    # C2 public living room: drop in, no fixed members, no quorum; ideas feed topics: no ballot, no waiting.
    K.LIVING_ROOM: RuleSet(
        who_writes=WhoWrites.EVERYBODY,
        write_level=2,
        second_level=2,
        seconds_needed=5,
        gather_days=30,
        deliberation_days=3,
        ballot=False,
        publicity_days=3,
        answer_days=15,
        rating_days=7,
        decider="committee",
    ),
}


class About(NamedTuple):
    """How a kind of space is spoken of."""

    label: Any
    is_for: Any
    icon: str
    open_door: bool  # anybody may join without being asked


ABOUT: dict[SpaceKind, About] = {
    K.COUNCIL: About(_l("Residents’ council"), _l("Formal votes whose outcome counts"), "chat-square-text", False),
    K.HALL: About(_l("Deliberation hall"), _l("Face to face by rules, until there is a plan"), "easel", False),
    K.FORUM: About(_l("Citizen forum"), _l("Everybody speaks; where do we agree?"), "megaphone", True),
    K.LIVING_ROOM: About(_l("Public living room"), _l("Drop in and talk, without an agenda"), "cup-hot", True),
}
