"""Sentences in the language of who reads them.

`_` and `ngettext` in views, where the reader is known; `_l` and `_ln` in rules, forms and states, which are translated when
they are shown. The language is set once a request (`speak`), because looking it up for every sentence costs a quarter of a
page. Where nobody reads (commands, tests of rules) everything is English.
"""

from contextvars import ContextVar
from gettext import NullTranslations

from markupsafe import escape

_ENGLISH = NullTranslations()
_spoken: ContextVar[NullTranslations] = ContextVar("spoken", default=_ENGLISH)


def speak(translations: NullTranslations | None) -> None:
    """From now on, in this context, sentences are translated by this catalogue (None: English)."""
    _spoken.set(translations or _ENGLISH)


def spoken() -> NullTranslations:
    """The catalogue that is in use."""
    return _spoken.get()


def gettext(text: str, /, **params) -> str:
    """The sentence in the reader's language, its placeholders filled."""
    said = _spoken.get().gettext(text)
    return said % params if params else said


def ngettext(singular: str, plural: str, number: int, /, **params) -> str:
    """The sentence for a number, `%(num)s` in the text."""
    return _spoken.get().ngettext(singular, plural, number) % {"num": number, **params}


_ = gettext


class Lazy:
    """A sentence with named placeholders, translated at `str()`."""

    __slots__ = ("number", "params", "plural", "text")

    def __init__(self, text: str, plural: str | None = None, number: int = 1, /, **params):
        self.text, self.plural, self.number, self.params = text, plural, number, params

    def __str__(self) -> str:
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
