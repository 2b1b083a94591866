"""Reading places."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.places.codes import OFFICIAL
from portal.places.finding import LONGEST, RANKS, as_typed
from portal.places.models import LENGTHS, Place, PlaceCount, PlaceLevel, PlaceTerm, codes_above
from portal.places.names import COMMITTEES, KINDS, apart, label
from portal.text.clean import one_line

MEANT = 12  # so many are offered to choose from
# As a word of its own it tells no place from another; a short one may be a syllable of a name: shi cha hai.
_ENGLISH = ("city", "community", "district", "neighbourhood", "neighborhood", "street", "subdistrict", "town", "township", "village")
_SAID_OF_ALL = frozenset([*KINDS, *COMMITTEES, *(kind for kind in KINDS.values() if len(kind) > 4), *_ENGLISH])
_BETWEEN = re.compile(r"[\s,，、;；]+")
MOST = 4  # words that are looked for
ALIKE = 8  # terms of one place that begin alike


class Found(NamedTuple):
    """A place with the names of what it lies in."""

    place: Place
    street: Place | None
    district: Place | None

    @property
    def above(self) -> list[Place]:
        """District, then street, as far as they are above the place."""
        return [p for p in (self.district, self.street) if p is not None]


def get_place(code: str) -> Place:
    """The place of this code, retired or not. Raises NoResultFound where there is none."""
    return db.Session().get_one(Place, code[:24])


def children(code: str | None) -> list[Place]:
    """The official places directly below (the cities, for None), in the order of their codes."""
    wanted = sa.select(Place).where(Place.level.in_(OFFICIAL), Place.retired_at.is_(None), Place.parent_code == code)
    return list(db.Session().scalars(wanted.order_by(Place.code)))


def lanes(community_code: str) -> list[Place]:
    """The lanes of a community."""
    wanted = sa.select(Place).where(
        Place.parent_code == community_code, Place.level == PlaceLevel.LANE, Place.retired_at.is_(None)
    )
    return list(db.Session().scalars(wanted.order_by(Place.code)))


def path(code: str) -> list[Place]:
    """From the city down to the place itself. One query; empty where there is no such place."""
    found = list(db.Session().scalars(sa.select(Place).where(Place.code.in_(codes_above(code[:24])))))
    found.sort(key=lambda place: len(place.code))
    return found if found and found[-1].code == code else []


def find_places(text: str, limit: int = 20, under: Sequence[str] = (), level: PlaceLevel | None = None) -> list[Found]:
    """Places whose name, pinyin or first letters have a word of the text, and they or what they lie in all the others.

    A word is the beginning of a name or of a part of it; pinyin may end with what kind of place it is, and Chinese words may stand
    behind each other without blanks where that kind ends them. Only those of these codes and below, where some are given, and of
    this level. What is called exactly so, or has these first letters, comes first, then communities, those that begin with a word
    before the others. What kind of place it is counts only where something is found with it: 西北旺镇 is 西北旺地区 by now. One
    query, where nothing is found perhaps a second.
    """
    words = _words(text)
    found = _find(words, limit, under, level)
    if not found and (bare := [_Word(proper, proper) for proper in (_without(word.typed, KINDS) for word in words)]) != words:
        found = _find(bare, limit, under, level)
    return found


def _find(words: list["_Word"], limit: int, under: Sequence[str], level: PlaceLevel | None) -> list[Found]:
    if not words:
        return []
    asked: dict[str, str | int] = {"exactly": "".join(word.proper for word in words)[:LONGEST]}
    for n, word in enumerate(words):
        asked |= {f"from{n}": word.typed, f"to{n}": f"{word.typed}\U0010ffff", f"proper{n}": word.proper}
    for n, code in enumerate(under):
        asked |= {f"under{n}": code}
    levels = (level,) if level else OFFICIAL if under else OFFICIAL[1:]
    wanted = _finding(tuple(word.proper != word.typed for word in words), levels, len(under), limit)
    return [_found(*row) for row in db.Session().execute(wanted, asked).tuples()]


class _Word(NamedTuple):
    """A word as it was typed, and without the kind of place at its end."""

    typed: str
    proper: str


def _words(text: str) -> list[_Word]:
    words = [as_typed(word) for word in _BETWEEN.split(apart(one_line(text))) if word]
    joined = "".join(words)
    if all(len(word) == 1 and word.isascii() for word in words):
        words = [joined]
    words = [word for word in words[:-1] if len(word) > 1 or not word.isascii()] + words[-1:]  # only the last one goes on
    kind = joined.removeprefix(_without(joined, KINDS.values()))
    for n in range(1, len(words)):  # typed by the syllable: she qu
        if kind and "".join(words[n:]) == kind:
            words = words[:n]
    words = [_of_place(word) for word in dict.fromkeys(words) if word][:MOST]
    words = [word for word in words if word not in _SAID_OF_ALL] or words[:1]
    return [_Word(word[:LONGEST], _without(word, KINDS.values())[:LONGEST]) for word in words]


def _of_place(word: str) -> str:
    """The place itself where its committee is named."""
    return next((word.removesuffix(body) for body in COMMITTEES if word.endswith(body) and word != body), word)


def _without(word: str, kinds: Iterable[str]) -> str:
    """The word without which of these kinds it ends with, where a name is left."""
    return next((word.removesuffix(kind) for kind in kinds if word.endswith(kind) and len(word) > len(kind) + 1), word)


@lru_cache(maxsize=128)
def _finding(kinds: tuple[bool, ...], levels: tuple[PlaceLevel, ...], codes: int, limit: int) -> sa.Select:
    """The statement for so many words, which may end with a kind of place, and so many codes. People type: it is asked for at
    every key."""
    code, rank = PlaceTerm.place_code, PlaceTerm.rank
    exactly = sa.and_(PlaceTerm.term == sa.bindparam("exactly"), rank % 2 == 0)
    place = sa.case((exactly, -1), else_=rank).label("rank")
    found = sa.select(code, place).where(sa.or_(*_has(PlaceTerm, kinds)), rank.in_([db.only(rank) for rank in _ranks(levels)]))
    if codes:
        below = (db.prefix_range(code, sa.bindparam(f"under{n}", type_=sa.String)) for n in range(codes))
        found = found.where(sa.or_(*below))
    if len(kinds) > 1:  # a word that is nobody's ends it at once, however many places have the others
        found = found.where(*_somebody_has(kinds), *_line_has(kinds))
    # so many terms of one place begin alike at the most
    each = found.order_by(place, code).limit(db.only(limit * ALIKE)).subquery()
    best = sa.func.min(each.c.rank).label("rank")
    ranked = sa.select(each.c.place_code, best).group_by(each.c.place_code).order_by(best, each.c.place_code)
    few, up, top = ranked.limit(db.only(limit)).subquery(), orm.aliased(Place), orm.aliased(Place)
    return db.plan_once(
        sa.select(Place, up, top)
        .join(few, few.c.place_code == Place.code)
        .outerjoin(up, Place.parent_code == up.code)
        .outerjoin(top, up.parent_code == top.code)
        .options(*(orm.load_only(p.parent_code, p.level, p.name, p.pinyin) for p in (Place, up, top)))
        .order_by(few.c.rank, Place.code)
    )


def _ranks(levels: tuple[PlaceLevel, ...]) -> list[int]:
    return [2 * RANKS.index(level) + inside for level in levels if level in RANKS for inside in (0, 1)]


def _has(terms, kinds: tuple[bool, ...]) -> list[sa.ColumnElement[bool]]:
    """Of each word: the terms that begin with it, or are the word without its kind."""
    conditions = []
    for n, kind in enumerate(kinds):
        begin, end, proper = (sa.bindparam(f"{what}{n}", type_=sa.String) for what in ("from", "to", "proper"))
        begins = sa.and_(terms.term >= begin, terms.term < end)
        conditions.append(sa.or_(begins, terms.term == proper) if kind else begins)
    return conditions


def _somebody_has(kinds: tuple[bool, ...]) -> list[sa.ColumnElement[bool]]:
    """Of each word: some place has it."""
    terms = orm.aliased(PlaceTerm)
    return [sa.exists(sa.select(terms.term).where(word)) for word in _has(terms, kinds)]


def _line_has(kinds: tuple[bool, ...]) -> list[sa.ColumnElement[bool]]:
    """Of each word: the place, or something it lies in, has it."""
    code, terms = PlaceTerm.place_code, orm.aliased(PlaceTerm)
    line = [code, *(sa.func.substr(code, 1, length) for length in LENGTHS[:-1])]
    return [sa.exists().where(terms.place_code.in_(line), word) for word in _has(terms, kinds)]


def places_meant(text: str, under: Sequence[str] = (), level: PlaceLevel | None = None) -> list[Found]:
    """What somebody means by a code, a name, a part of one, pinyin or first letters: one place where that is clear. One query."""
    if text.isascii() and text.isdigit():
        above = {len(place.code): place for place in path(text)}
        place = above.pop(len(text), None)
        fits = (
            place is not None
            and place.level in ((level,) if level else OFFICIAL)
            and (not under or text.startswith(tuple(under)))
        )
        return [Found(place, above.get(LENGTHS[2]), above.get(LENGTHS[1]))] if place is not None and fits else []
    found = find_places(text, MEANT, under, level)
    exactly = [f for f in found if text.lower() in (f.place.name, f.place.pinyin.lower())]
    return exactly or found


def _found(place: Place, parent: Place | None, grandparent: Place | None) -> Found:
    if place.level is PlaceLevel.COMMUNITY:
        return Found(place, parent, grandparent)
    return Found(place, None, parent if place.level is PlaceLevel.STREET else None)


def sizes(code: str) -> dict[str, tuple[int, int]]:
    """For each child of a city or district: how many streets and communities lie below it. One query, of stored counts."""
    wanted = (
        sa.select(PlaceCount.place_code, PlaceCount.state, PlaceCount.n)
        .join(Place, Place.code == PlaceCount.place_code)
        .where(Place.parent_code == code, PlaceCount.kind == "place")
    )
    out: dict[str, dict[str, int]] = {}
    for child, level, n in db.Session().execute(wanted).tuples():
        out.setdefault(child, {})[level] = n
    return {c: (n.get(PlaceLevel.STREET, 0), n.get(PlaceLevel.COMMUNITY, 0)) for c, n in out.items()}


__all__ = ["Found", "children", "find_places", "get_place", "label", "lanes", "path", "places_meant", "sizes"]
