"""The rule set of a space: a value object, validated whenever it is written, stored as JSON."""

from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum

from portal.errors import Invalid
from portal.text.lazy import _l


class WhoWrites(StrEnum):
    EVERYBODY = "everybody"  # of the asked level, wherever they live
    RESIDENTS = "residents"  # confirmed residents of the space's place
    MEMBERS = "members"  # the roster


class Electorate(StrEnum):
    RESIDENTS = "residents"  # every confirmed resident of the space's place
    MEMBERS = "members"  # the roster


class Majority(StrEnum):
    SIMPLE = "simple"  # more for than against
    TWO_THIRDS = "two_thirds"  # of the votes for or against
    OF_ALL_ELIGIBLE = "of_all_eligible"  # more than half of everybody who may vote


class Results(StrEnum):
    LIVE = "live"
    AFTER_CLOSE = "after_close"


@dataclass(frozen=True)
class RuleSet:
    """How a space works. Shares are percentages (0–100), periods are full days, up to the next 20:00 (`clock.days_later`).

    A step with 0 (seconds_needed, deliberation_days, notice_days, publicity_days) or False (ballot) is skipped; review by another
    person and the official answer never are. Defaults per kind: DOMAIN C2, C3, C7.
    """

    who_writes: WhoWrites = WhoWrites.EVERYBODY
    write_level: int = 2  # policy.Level asked of whoever proposes or comments
    second_level: int = 2
    review_comments: bool = False  # comments are looked at before they appear
    seconds_needed: int = 20  # distinct people; 0 skips gathering
    seconds_share: int = 0  # per cent of the place's confirmed residents, if that is more than seconds_needed
    breadth: int = 0  # the seconds must come from at least this many buildings or lanes
    gather_days: int = 90
    deliberation_days: int = 7
    ballot: bool = True
    notice_days: int = 0  # between the announcement of a ballot and its opening
    ballot_days: int = 7
    electorate: Electorate = Electorate.RESIDENTS
    per_household: bool = False
    quorum_share: int = 50  # per cent of the eligible who must take part (abstentions count)
    majority: Majority = Majority.SIMPLE
    secret: bool = True  # False: everybody may read who chose what, as soon as the counts are shown
    results: Results = Results.AFTER_CLOSE
    publicity_days: int = 7
    answer_days: int = 15  # within which the official answer is owed once publicity has ended
    rating_days: int = 7
    decider: str = ""  # who gives the official answer, in words

    @classmethod
    def from_json(cls, stored: dict) -> "RuleSet":
        """The rule set stored in a column; a key a later version added takes its default."""
        known = {f.name: f for f in fields(cls)}
        values = {k: v for k, v in stored.items() if k in known}
        for name, kind in (
            ("who_writes", WhoWrites),
            ("electorate", Electorate),
            ("majority", Majority),
            ("results", Results),
        ):
            if name in values:
                values[name] = kind(values[name])
        return cls(**values)

    def to_json(self) -> dict:
        return {k: str(v) if isinstance(v, StrEnum) else v for k, v in asdict(self).items()}

    def but(self, **changes) -> "RuleSet":
        """A copy with some rules changed, checked. Raises Invalid."""
        return replace(self, **changes).checked()

    def checked(self) -> "RuleSet":
        """This rule set, if it makes sense. Raises Invalid with the first rule that does not."""
        ranges = {
            "seconds_needed": (0, 100_000), "seconds_share": (0, 100), "breadth": (0, 200), "gather_days": (1, 365),
            "deliberation_days": (0, 180), "notice_days": (0, 30), "ballot_days": (1, 60), "quorum_share": (0, 100),
            "publicity_days": (0, 60), "answer_days": (1, 60), "rating_days": (1, 60), "write_level": (1, 3), "second_level": (1, 3),
        }  # fmt: skip
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                raise Invalid(
                    _l("%(rule)s must be a whole number from %(low)s to %(high)s.", rule=name, low=low, high=high)
                )
        if self.breadth > self.seconds_needed:
            raise Invalid(_l("Seconds cannot be asked from more buildings than there are seconds."))
        return self
