"""Asking for a place by what people call it."""

from collections.abc import Sequence

from wtforms import StringField
from wtforms.validators import StopValidation

from portal.places import names, queries
from portal.places.models import PlaceLevel
from portal.places.queries import Found
from portal.text.clean import one_line
from portal.text.lazy import _l

LONGEST = 60


class PlaceField(StringField):
    """A place by name, a part of it, pinyin, first letters or code; drawn by `place_field` of places/_field.html.

    `data` is the code as soon as it is clear which place is meant. Where several fit, the page offers them (`offered`), and the
    one that is ticked comes as a second value of the same name. A view may narrow it by `under`, the codes of its places.
    """

    def __init__(self, *args, level: PlaceLevel | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.level, self.under, self.typed, self.ticked = level, (), "", ""
        self._found: list[Found] | None = None

    under: Sequence[str]

    def process_formdata(self, valuelist):
        self.typed, self.ticked = (
            one_line(valuelist[0])[:LONGEST] if valuelist else "",
            valuelist[-1] if valuelist[1:] else "",
        )
        self.data = self.typed

    def pre_validate(self, form):
        if not self.typed:
            return
        codes = [found.place.code for found in self.offered]
        if self.ticked in codes or len(codes) == 1:
            self.data = self.ticked if self.ticked in codes else codes[0]
        elif codes:
            raise StopValidation(_l("Several places fit. Choose the one you mean."))
        else:
            raise StopValidation(
                _l("No place of yours has this name. Try fewer characters, pinyin, or the first letters.")
            )

    @property
    def offered(self) -> list[Found]:
        """The places among which to choose: what was typed may mean them."""
        if self._found is None:
            words = self.typed or self.data or ""
            self._found = queries.places_meant(words, self.under, self.level) if words else []
        return self._found

    def _value(self):
        if self.typed or not self.offered:
            return self.typed or self.data or ""
        return names.of(self.offered[0].place)


__all__ = ["PlaceField"]
