"""The words by which an official place is found: all ways its name and its pinyin end, and its first letters."""

import re
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import orm

from portal.places.codes import OFFICIAL
from portal.places.models import Place, PlaceTerm
from portal.text.terms import fold

LONGEST = 24  # characters of a term; more are cut
RANKS = tuple(reversed(OFFICIAL))  # communities are what people look for, then streets
# Where a syllable may begin: a capital letter, a consonant before a vowel, a vowel behind an apostrophe, a number.
_SYLLABLE = re.compile(
    r"[A-Z]|(?:[zcs]h|(?<![zcsZCS])h|[^\W\d_A-Zhaeiouv])(?=[aeiouv])|(?<=['\u2019])[aeo]|(?<!\d)\d"
)


def as_typed(pinyin: str) -> str:
    """Pinyin as people type it: small letters without accents and apostrophes, of whatever shape."""
    return fold(pinyin).replace("'", "").replace("’", "")


def write(session: orm.Session, places: Iterable[Place]) -> None:
    """Let these places be found by what they are called now; those that are retired or not official, by nothing."""
    places = list(places)
    for some in (places[n : n + 500] for n in range(0, len(places), 500)):
        session.execute(sa.delete(PlaceTerm).where(PlaceTerm.place_code.in_([place.code for place in some])))
    rows = [row for place in places if place.level in RANKS and place.retired_at is None for row in _rows(place)]
    if rows:
        session.execute(sa.insert(PlaceTerm), rows)


def _rows(place: Place) -> list[dict]:
    name, pinyin = fold(place.name), place.pinyin
    begins = [name, as_typed(pinyin), place.initials]
    inside = [name[n:] for n in range(1, len(name))]
    inside += [as_typed(pinyin[syllable.start() :]) for syllable in _SYLLABLE.finditer(pinyin, 1)]
    first = 2 * RANKS.index(place.level)
    ranks = {term[:LONGEST]: first + 1 for term in inside} | {term[:LONGEST]: first for term in begins}
    return [{"term": term, "rank": rank, "place_code": place.code} for term, rank in ranks.items() if term]
