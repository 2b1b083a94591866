"""Patrols describe places and things (DOMAIN D4): what identifies a person is turned back before it is stored."""

import re
import unicodedata

from portal.errors import Invalid
from portal.text.lazy import _l

# One-character names of provinces on number plates, written as escapes: they are data, not words of the portal.
_PROVINCES = (
    "\u4eac\u6d25\u6caa\u6e1d\u5180\u8c6b\u4e91\u8fbd\u9ed1\u6e58\u7696\u9c81\u65b0\u82cf\u6d59\u8d63\u9102\u6842"
    "\u7518\u664b\u8499\u9655\u5409\u95fd\u8d35\u7ca4\u9752\u85cf\u5ddd\u5b81\u743c"
)
_PATTERNS = (
    # identity card: area, birth date, serial, check digit
    (re.compile(r"(?<!\d)[1-9]\d{5}[ -]?(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[\dXx](?![\dA-Za-z])"),
     _l("Please leave out identity card numbers. Describe the place and the thing.")),
    # mobile, with or without +86 and blanks; landline with area code
    (re.compile(r"(?<!\d)(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|(?<!\d)0(?:10|2\d|[3-9]\d{2})[ -]?[2-9]\d{6,7}(?!\d)"),
     _l("Please leave out telephone numbers. Describe the place and the thing.")),
    # number plate: province, letter, five or six letters and digits of which at least one is a digit
    (re.compile(rf"[{_PROVINCES}] ?[A-HJ-NP-Z][ \u00b7\u2022.・-]?(?=[A-HJ-NP-Z]{{0,5}}\d)[A-HJ-NP-Z0-9]{{5,6}}(?![A-Za-z0-9])", re.IGNORECASE),
     _l("Please leave out number plates. Describe the place and the thing.")),
)  # fmt: skip


def why_not(text: str | None):
    """The sentence that says what to leave out, or None."""
    plain = unicodedata.normalize("NFKC", text or "")
    return next((why for pattern, why in _PATTERNS if pattern.search(plain)), None)


def check(*texts: str | None) -> None:
    """Raises Invalid where one of these names a phone, an identity card or a number plate."""
    for text in texts:
        if why := why_not(text):
            raise Invalid(why)
