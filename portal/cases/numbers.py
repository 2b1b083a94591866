"""Case numbers: year, a serial without gaps, and a check digit, read out in groups: 2026-0004-27-5."""

import re
import unicodedata

import sqlalchemy as sa

from portal import db
from portal.cases.models import CaseSerial
from portal.errors import NotFound
from portal.text.lazy import _l

# Damm's quasigroup: notices every single wrong digit and every pair of neighbours exchanged.
_DAMM = ("0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017",
         "9438617205", "2581436790")  # fmt: skip
DIGITS = 11


def check_digit(digits: str) -> str:
    """The digit that makes a number right."""
    at = 0
    for digit in digits:
        at = int(_DAMM[at][int(digit)])
    return str(at)


def compose(year: int, serial: int) -> str:
    """The number of the nth case of a year, as stored."""
    digits = f"{year:04}{serial:06}"
    return digits + check_digit(digits)


def grouped(number: str) -> str:
    """As people read it: 20260004275 becomes 2026-0004-27-5."""
    if len(number) != DIGITS:
        return number
    return f"{number[:4]}-{number[4:8]}-{number[8:10]}-{number[10:]}"


def digits_of(typed: str) -> str:
    """The digits of what somebody typed, whatever stands between them; empty where it is no number at all."""
    digits = re.sub(r"[\s.\-–—_/·]", "", unicodedata.normalize("NFKC", (typed or "")[:80]))
    return digits if digits.isascii() and digits.isdigit() and len(digits) <= 16 else ""


def looks_like_number(typed: str) -> bool:
    return len(digits_of(typed)) >= 6


_AMONG_WORDS = re.compile(r"(?<![\d])20\d{2}(?:[\s.\-–—_/·]*\d){6,7}(?![\s.\-–—_/·]*\d)")


def number_in(typed: str) -> str:
    """The digits of the case number in what somebody typed, with or without words around it; empty where there is none."""
    if looks_like_number(typed):
        return digits_of(typed)
    found = _AMONG_WORDS.search(unicodedata.normalize("NFKC", (typed or "")[:200]))
    return digits_of(found.group()) if found else ""


def has_typo(digits: str) -> bool:
    """A whole number whose check digit does not fit; a beginning of one may still go on."""
    return len(digits) >= DIGITS and not is_right(digits)


def is_right(digits: str) -> bool:
    return len(digits) == DIGITS and check_digit(digits) == "0"


def not_found(typed: str) -> NotFound:
    """What to say when there is no such case: a typing mistake is told apart from an unknown number."""
    if looks_like_number(typed) and not is_right(digits_of(typed)):
        return NotFound(_l("This number has a typo: one digit is wrong or missing. Please check it."))
    return NotFound(_l("There is no case with this number."))


def lock_year(session, year: int) -> None:
    """Let nobody else take a number of this year until the transaction ends, so that what comes twice is seen before it takes one."""
    locked = sa.select(CaseSerial.last).where(CaseSerial.year == year).with_for_update()
    if session.scalar(locked) is None:  # the first case of the year
        db.insert_new(session, CaseSerial, [{"year": year, "last": 0}])
        session.scalar(locked)


def next_number(session, year: int) -> str:
    """The next number of a year; the year is locked from then on, so that no number is left out or given twice."""
    return next_numbers(session, year, 1)[0]


def next_numbers(session, year: int, many: int) -> list[str]:
    """The next `many` numbers of a year, taken at once."""
    first = db.insert(session, CaseSerial).values(year=year, last=many)
    further = {"last": CaseSerial.last + many}
    last = session.scalar(first.on_conflict_do_update(index_elements=["year"], set_=further).returning(CaseSerial.last))
    return [compose(year, serial) for serial in range(last - many + 1, last + 1)]
