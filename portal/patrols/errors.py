"""Refusals that know which field of the form they belong to."""

from portal.errors import Invalid
from portal.text.lazy import _l


class Wrong(Invalid):
    """What was typed in this field cannot be used."""

    def __init__(self, field: str, why):
        super().__init__(why)
        self.field = field


class WrongItems(Invalid):
    """The marks of these items of the checklist cannot stand."""

    def __init__(self, items: list[int], why):
        super().__init__(why)
        self.items = items


class FindingsMissing(WrongItems):
    """Items marked as a problem need a finding with a place and a photo."""

    def __init__(self, items: list[int]):
        super().__init__(
            items, _l("A problem needs a finding with its place and a photo. Add it, then hand in the patrol.")
        )


class Contradicted(WrongItems):
    """Items with a finding are a problem, whatever their mark says."""

    def __init__(self, items: list[int]):
        super().__init__(
            items, _l("You recorded something here, so it is a problem. Recorded by mistake? Remove that first.")
        )
