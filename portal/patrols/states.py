"""The life of a patrol."""

from enum import StrEnum
from typing import NamedTuple

from portal.text.lazy import _l


class PatrolState(StrEnum):
    PLANNED = "planned"
    ON_PATROL = "on_patrol"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


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
    "withdraw": Move(frozenset({S.PLANNED, S.ON_PATROL, S.RETURNED}), S.WITHDRAWN, "volunteer"),
}
FINAL = frozenset({S.CONFIRMED, S.WITHDRAWN})
OPEN = frozenset({S.ON_PATROL, S.RETURNED})  # the volunteer still writes
HANDED_IN = frozenset({S.SUBMITTED, S.CONFIRMED})  # findings may be led on to a case or a proposal

LABELS = {
    S.PLANNED: _l("Planned"), S.ON_PATROL: _l("On patrol"), S.SUBMITTED: _l("Waiting for the team lead"),
    S.CONFIRMED: _l("Confirmed"), S.RETURNED: _l("Returned to the volunteer"), S.WITHDRAWN: _l("Withdrawn patrol"),
}  # fmt: skip
TONES = {S.PLANNED: "", S.ON_PATROL: "live", S.SUBMITTED: "now", S.CONFIRMED: "done", S.RETURNED: "", S.WITHDRAWN: ""}
BUTTONS = {
    "start": _l("Start patrol"), "submit": _l("Hand in to the team lead"), "confirm": _l("Confirm this patrol"),
    "return": _l("Return with a reason"), "withdraw": _l("Discard this patrol"),
}  # fmt: skip
