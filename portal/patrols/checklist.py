"""The ten-no standard of back streets and lanes (DOMAIN J3), and the words of a patrol. Numbers are stored, words are here."""

from typing import NamedTuple

from portal.patrols.models import ByHand, Outcome
from portal.text.lazy import _l


class Item(NamedTuple):
    number: int
    no: object  # as the standard says it
    seen: object  # what is found where it is not met
    categories: tuple[str, ...]  # identifiers of the official classes, the first one by default


ITEMS = (
    Item(1, _l("No illegal building"), _l("Illegal building"), ("illegal_building",)),
    Item(2, _l("No walls broken open for shops"), _l("Wall broken open"), ("wall_opening",)),
    Item(3, _l("No disorderly parking"), _l("Disorderly parking"), ("bike_misparked", "car_misparked")),
    Item(4, _l("No blocking of the lane"), _l("Lane blocked"), ("trading_outside_shop", "signboard_on_road")),
    Item(5, _l("No tangled overhead wires"), _l("Loose overhead wires"), ("loose_overhead_wire",)),
    Item(6, _l("No damaged facades"), _l("Damaged or dirty facade"), ("dirty_facade",)),
    Item(7, _l("No signboards against the rules"), _l("Signboard against the rules"), ("illegal_signboard",)),
    Item(8, _l("No broken road surface"), _l("Broken road surface"), ("road_damage",)),
    Item(9, _l("No trading without a licence"), _l("Unlicensed vendor"), ("unlicensed_vendor",)),
    Item(10, _l("No piled-up clutter"), _l("Piled-up clutter"), ("clutter_piled",)),
)
BY_NUMBER = {item.number: item for item in ITEMS}
MARKS = {"ok": _l("In order"), "problem": _l("Problem"), "not_applicable": _l("Does not apply")}

BY_HAND = {
    ByHand.CLEANED: _l("Cleaned up"), ByHand.PERSUADED: _l("Persuaded somebody"), ByHand.RETURNED: _l("Put back in place"),
    ByHand.GUIDED: _l("Guided somebody"), ByHand.VISITED: _l("Called on a neighbour"), ByHand.OTHER: _l("Something else"),
}  # fmt: skip

OUTCOMES = {
    Outcome.ON_THE_SPOT: _l("Done on the spot"), Outcome.OPEN: _l("To be reported"), Outcome.REPORTED: _l("Reported as a case"),
    Outcome.PROPOSED: _l("Became a proposal"),
}  # fmt: skip
OUTCOME_TONES = {Outcome.ON_THE_SPOT: "good", Outcome.OPEN: "now", Outcome.REPORTED: "info", Outcome.PROPOSED: "info"}
OUTCOME_ICONS = {Outcome.ON_THE_SPOT: "check-lg", Outcome.OPEN: "flag", Outcome.REPORTED: "arrow-up-right-circle",
                 Outcome.PROPOSED: "file-earmark-text"}  # fmt: skip


def score_of(checklist: dict) -> tuple[int, int]:
    """(in order, judged): the score is the first divided by the second; what does not apply is left out."""
    marks = list((checklist or {}).values())
    return marks.count("ok"), marks.count("ok") + marks.count("problem")
