"""The words for kinds of brands and for duties."""

from portal.brands.models import BrandKind
from portal.text.lazy import _l

KINDS = {
    BrandKind.VOLUNTEER: _l("Volunteers"),
    BrandKind.CADRE: _l("Appointed officials"),
    BrandKind.ONLINE: _l("Volunteers online"),
}

DUTIES = {
    "inform": _l("Pass on what is going on"),
    "guard": _l("Keep watch at a post"),
    "mediate": _l("Settle quarrels"),
    "persuade": _l("Persuade kindly"),
    "publicise": _l("Spread the word"),
    "inspect": _l("Look after rules being kept"),
    "patrol": _l("Walk the lanes"),
    "safety_check": _l("Check for hazards"),
    "school_escort": _l("See children to school"),
    "guide": _l("Give directions"),
    "inform_online": _l("Pass on tips online"),
    "clean": _l("Clean up"),
    "deliberate": _l("Deliberate with neighbours"),
    "serve_event": _l("Help at big events"),
    "ledger": _l("Keep the lane's ledger"),
    "convene": _l("Call the lane council together"),
    "coordinate": _l("Coordinate the units"),
    "whistle": _l("Call departments to the site"),
    "disclose": _l("Put the standard on the public board"),
    "visit": _l("Call on neighbours"),
    "do": _l("Do small things at once"),
    "report": _l("Report at once"),
    "record": _l("Write it down"),
    "check_in": _l("Check in on duty"),
}


def duties_of(brand) -> list:
    """What the brand does, in words; an id without a word is left out."""
    return [DUTIES[duty] for duty in brand.duties if duty in DUTIES]
