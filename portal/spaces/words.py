"""A rule set in plain words: every number a sentence."""

from portal.policy import Role
from portal.spaces.rules import Electorate, Majority, Results, RuleSet, WhoWrites
from portal.text.lazy import Lazy, _l, _ln

_WRITES = {
    (WhoWrites.EVERYBODY, 1): _l("Everybody with a confirmed phone number may write here."),
    (WhoWrites.EVERYBODY, 2): _l("Everybody whose real name is confirmed may write here."),
    (WhoWrites.EVERYBODY, 3): _l("Every confirmed resident, of whatever place, may write here."),
}
_SECONDS = {
    1: _l("Whoever has confirmed a phone number may second."),
    2: _l("Whoever has confirmed a real name may second."),
    3: _l("Only confirmed residents may second."),
}
_CARRIES = {
    Majority.SIMPLE: _l("It passes when more vote for it than against it."),
    Majority.TWO_THIRDS: _l("It passes when two thirds of the votes for or against are for it."),
    Majority.OF_ALL_ELIGIBLE: _l("It passes when more than half of all who may vote are for it."),
}

DECIDERS = {
    "committee": _l("The residents’ committee"),
    "street": _l("The street office"),
}  # of rules nobody rewrote yet


def decider(rules: RuleSet):
    """Who gives the official answer, in words."""
    return DECIDERS.get(rules.decider, rules.decider)


def in_plain_words(rules: RuleSet) -> list[Lazy]:
    """The rules as sentences, in the order in which a proposal meets them."""
    return [*_writing(rules), *_gathering(rules), *_deliberating(rules), *_voting(rules), *_afterwards(rules)]


def _writing(rules: RuleSet) -> list[Lazy]:
    if rules.who_writes is WhoWrites.MEMBERS:
        who = _l("Only the members write here; everybody may read.")
    elif rules.who_writes is WhoWrites.RESIDENTS:
        who = _l("Confirmed residents of this place and the members write here; everybody may read.")
    else:
        who = _WRITES[rules.who_writes, rules.write_level]
    first = _l("Comments are looked at by a moderator before they appear, usually within 2 hours.")
    return [who, first if rules.review_comments else _l("Comments appear at once.")]


def _gathering(rules: RuleSet) -> list[Lazy]:
    if not rules.seconds_needed and not rules.seconds_share:
        return [_l("A proposal needs no seconds here; it goes on as soon as somebody else has looked at it.")]
    said = []
    if rules.seconds_needed and rules.deliberation_days:
        said.append(
            _ln(
                "%(num)s resident must second a proposal before it is deliberated.",
                "%(num)s residents must second a proposal before it is deliberated.",
                rules.seconds_needed,
            )
        )
    elif rules.seconds_needed:
        said.append(
            _ln(
                "%(num)s resident must second a proposal before it goes on.",
                "%(num)s residents must second a proposal before it goes on.",
                rules.seconds_needed,
            )
        )
    if rules.seconds_share:
        text = (
            _l(
                "Where %(share)s %% of the confirmed residents are more than that, so many are needed.",
                share=rules.seconds_share,
            )
            if rules.seconds_needed
            else _l("%(share)s %% of the confirmed residents must second a proposal.", share=rules.seconds_share)
        )
        said.append(text)
    said.append(_SECONDS[rules.second_level])
    if rules.breadth > 1:
        said.append(_l("The seconds must come from at least %(count)s buildings or lanes.", count=rules.breadth))
    said.append(
        _ln(
            "It has %(num)s day to gather them; then it lapses.",
            "It has %(num)s days to gather them; then it lapses.",
            rules.gather_days,
        )
    )
    return said


def _deliberating(rules: RuleSet) -> list[Lazy]:
    if not rules.deliberation_days:
        return [_l("There is no separate time for deliberation.")]
    return [
        _ln(
            "Then it is deliberated for %(num)s day.",
            "Then it is deliberated for %(num)s days.",
            rules.deliberation_days,
        ),
        _l("The organisers of the room may conclude earlier; what they write about it is public."),
    ]


def _voting(rules: RuleSet) -> list[Lazy]:
    if not rules.ballot:
        return [_l("There is no vote here: what comes out is an opinion, which is answered officially.")]
    if rules.electorate is Electorate.MEMBERS:
        who = _l("The members vote, one vote each.")
    elif rules.per_household:
        who = _l("The confirmed residents of this place vote, one vote per household.")
    else:
        who = _l("The confirmed residents of this place vote, one vote each.")
    said = [who]
    if rules.notice_days:
        said.append(
            _ln(
                "A vote is announced %(num)s day before it opens.",
                "A vote is announced %(num)s days before it opens.",
                rules.notice_days,
            )
        )
    said.append(_ln("Voting is open for %(num)s day.", "Voting is open for %(num)s days.", rules.ballot_days))
    if rules.quorum_share:
        said.append(
            _l(
                "A vote is valid when at least %(share)s %% of those who may vote take part.",
                share=rules.quorum_share,
            )
        )
    else:
        said.append(_l("A vote is valid however many take part."))
    said.append(_CARRIES[rules.majority])
    said.append(_l("Others see totals only, never your choice.") if rules.secret else _named(rules))
    shown = rules.results is Results.LIVE
    said.append(
        _l("The counts are shown while voting is open.")
        if shown
        else _l("The counts are shown when voting has closed.")
    )
    return said


def _named(rules: RuleSet) -> Lazy:
    if rules.results is Results.LIVE:
        return _l("Votes are cast by name: everybody sees at once who chose what.")
    return _l("Votes are cast by name: when voting has closed, everybody sees who chose what.")


def _afterwards(rules: RuleSet) -> list[Lazy]:
    said = []
    if rules.publicity_days:
        said.append(
            _ln(
                "The outcome is on public notice for %(num)s day; every objection is answered.",
                "The outcome is on public notice for %(num)s days; every objection is answered.",
                rules.publicity_days,
            )
        )
    if rules.decider:
        said.append(
            _ln(
                "%(who)s answers officially within %(num)s day after that.",
                "%(who)s answers officially within %(num)s days after that.",
                rules.answer_days,
                who=decider(rules),
            )
        )
    else:
        said.append(
            _ln(
                "The official answer comes within %(num)s day after that.",
                "The official answer comes within %(num)s days after that.",
                rules.answer_days,
            )
        )
    said.append(
        _ln(
            "When the work is done, who proposed and seconded has %(num)s day to rate it.",
            "When the work is done, those who proposed and seconded have %(num)s days to rate it.",
            rules.rating_days,
        )
    )
    return said


ROLES = {
    Role.CHAIR: _l("Chair"),
    Role.SECRETARY: _l("Secretary"),
    Role.HOST: _l("Host"),
    Role.MEMBER: _l("Member"),
    Role.MODERATOR: _l("Moderator"),
}
