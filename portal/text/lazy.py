"""Sentences that are translated when they are shown, in the language of who reads them.

`from portal.text.lazy import _l, _ln` in rules, forms and states; `_` from flask_babel in views. Works (in English)
where there is no application, so that rules can be tested by themselves.
"""

from flask import has_app_context
from flask_babel import gettext, ngettext
from markupsafe import escape


class Lazy:
    """A sentence with named placeholders, translated at `str()`."""

    __slots__ = ("number", "params", "plural", "text")

    def __init__(self, text: str, plural: str | None = None, number: int = 1, /, **params):
        self.text, self.plural, self.number, self.params = text, plural, number, params

    def __str__(self) -> str:
        if not has_app_context():
            text = self.text if self.plural is None or self.number == 1 else self.plural
            values = {"num": self.number, **self.params} if self.plural else self.params
            return text % {k: str(v) for k, v in values.items()} if values else text
        params = {k: str(v) if isinstance(v, Lazy) else v for k, v in self.params.items()}
        if self.plural is None:
            return gettext(self.text, **params)
        return ngettext(self.text, self.plural, self.number, **params)

    def but(self, **params) -> "Lazy":
        """The same sentence with these values in its placeholders."""
        return Lazy(self.text, self.plural, self.number, **{**self.params, **params})

    def __mod__(self, values):
        return str(self) % values

    def __eq__(self, other):
        return str(self) == str(other)

    def __hash__(self):
        return hash((self.text, self.plural))

    def __repr__(self):
        return f"_l({self.text!r})"

    def __html__(self):
        return escape(str(self))


def _l(text: str, /, **params) -> Lazy:
    """A lazy sentence."""
    return Lazy(text, **params)


def _ln(singular: str, plural: str, number: int, /, **params) -> Lazy:
    """A lazy sentence with a number, `%(num)s` in the text."""
    return Lazy(singular, plural, number, **params)
