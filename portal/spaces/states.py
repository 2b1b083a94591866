"""The life of a space, as one table."""

from typing import NamedTuple

from portal.spaces.models import SpaceState
from portal.text.lazy import _l

S = SpaceState


class Move(NamedTuple):
    come_from: frozenset[SpaceState]
    go_to: SpaceState
    needs: tuple[str, ...] = ()


MOVES = {
    "open": Move(frozenset({S.FORMING, S.DORMANT}), S.ACTIVE),
    "rest": Move(frozenset({S.ACTIVE}), S.DORMANT),
    "close": Move(frozenset({S.FORMING, S.ACTIVE, S.DORMANT}), S.CLOSED, ("reason",)),
}
LABELS = {
    S.FORMING: _l("Being set up"),
    S.ACTIVE: _l("Open"),
    S.DORMANT: _l("Resting"),
    S.CLOSED: _l("Closed for good"),
}
MOVE_LABELS = {"open": _l("Open it"), "rest": _l("Let it rest"), "close": _l("Close it for good")}
TONES = {S.FORMING: "now", S.ACTIVE: "good", S.DORMANT: "", S.CLOSED: ""}
