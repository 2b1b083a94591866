"""The life of a patrol."""

from enum import StrEnum
from typing import NamedTuple


class PatrolState(StrEnum):
    PLANNED = "planned"
    ON_PATROL = "on_patrol"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


S = PatrolState


class Move(NamedTuple):
    come_from: frozenset[PatrolState]
    go_to: PatrolState
    who: str  # volunteer (the one who walked) or lead (another person)
    needs: tuple[str, ...] = ()


MOVES = {
    "start": Move(frozenset({S.PLANNED}), S.ON_PATROL, "volunteer"),
    "submit": Move(frozenset({S.ON_PATROL, S.RETURNED}), S.SUBMITTED, "volunteer"),
    "confirm": Move(frozenset({S.SUBMITTED}), S.CONFIRMED, "lead"),
    "return": Move(frozenset({S.SUBMITTED}), S.RETURNED, "lead", ("reason",)),
}
FINAL = frozenset({S.CONFIRMED})
