"""Phone numbers: many ways to type one, one way to keep it."""

import re
import unicodedata

from portal.errors import Invalid
from portal.text.lazy import _l

_MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)


def normal(text: str) -> str:
    """+8613812345678 from 138-1234-5678, +86 138 …, 0086…. Raises Invalid where it is no mobile number."""
    digits = re.sub(r"[\s\-–—.()·]", "", unicodedata.normalize("NFKC", text or ""))
    digits = re.sub(r"^(\+|00)86", "", digits) if digits.startswith(("+86", "0086")) else digits
    if digits.startswith("86") and len(digits) == 13:
        digits = digits[2:]
    if not _MOBILE.fullmatch(digits):
        raise Invalid(_l("Enter a mobile number of 11 digits, like 138 1234 5678."))
    return "+86" + digits


def looks_like_one(text: str) -> bool:
    """Could this be meant as a phone number (rather than a user name)?"""
    try:
        return bool(normal(text))
    except Invalid:
        return False
