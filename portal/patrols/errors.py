"""Refusals that know which field of the form they belong to."""

from portal.errors import Invalid
from portal.text.lazy import _l


class Wrong(Invalid):
    """What was typed in this field cannot be used."""

    def __init__(self, field: str, why):
        super().__init__(why)
        self.field = field


class FindingsMissing(Invalid):
    """Items marked as a problem need a finding with a place and a photo."""

    def __init__(self, items: list[int]):
        super().__init__(_l("A problem needs a finding with its place and a photo. Add it, then hand in the patrol."))
        self.items = items
