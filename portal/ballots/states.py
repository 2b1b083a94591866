"""The life of a ballot."""

from enum import StrEnum
from typing import NamedTuple


class BallotState(StrEnum):
    DESIGNED = "designed"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    TALLIED = "tallied"
    PUBLISHED = "published"
    FINAL = "final"
    ANNULLED = "annulled"


S = BallotState


class Move(NamedTuple):
    come_from: frozenset[BallotState]
    go_to: BallotState
    who: str  # organiser or system
    needs: tuple[str, ...] = ()


MOVES = {
    "announce": Move(frozenset({S.DESIGNED}), S.ANNOUNCED, "organiser"),
    "open": Move(frozenset({S.ANNOUNCED}), S.OPEN, "system"),
    "close": Move(frozenset({S.OPEN}), S.CLOSED, "system"),
    "tally": Move(frozenset({S.CLOSED}), S.TALLIED, "system"),
    "publish": Move(frozenset({S.TALLIED}), S.PUBLISHED, "system"),
    "finish": Move(frozenset({S.PUBLISHED}), S.FINAL, "system"),
    "annul": Move(
        frozenset({S.ANNOUNCED, S.OPEN, S.CLOSED, S.TALLIED, S.PUBLISHED}), S.ANNULLED, "organiser", ("reason",)
    ),
}
FINAL = frozenset({S.FINAL, S.ANNULLED})
