"""Reading places."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.places.codes import OFFICIAL
from portal.places.models import LENGTHS, Place, PlaceCount, PlaceLevel, as_typed, codes_above
from portal.places.names import label
from portal.text.clean import one_line
from portal.text.terms import fold

MEANT = 12  # so many are offered to choose from
# What kind of place it is, in pinyin: names are spelled without it (places/romanise.py), and people type it all the same.
KINDS = ("huizuxiang", "manzuxiang", "jiedao", "diqu", "shequ", "zhen", "xiang", "cun", "shi", "qu")

_LEVEL_RANK = sa.case((Place.level == PlaceLevel.COMMUNITY, 0), (Place.level == PlaceLevel.STREET, 1), else_=2)


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
    """Places whose name, pinyin or initials have every word of the text (their street's or district's may serve too).

    Only those of these codes and below, where some are given, and of this level. What is called exactly so comes first, then
    communities, those that begin with the text before the others. One query.
    """
    text = one_line(text)
    words = text.split()[:4]
    if not words:
        return []
    if all(map(_latin, words)):
        words = [word for word in words if _latin(word) not in KINDS] or words
    latin = [_latin(word) for word in words]
    proper = [_without_kind(word) for word in latin]
    levels = (level,) if level else OFFICIAL if under else OFFICIAL[1:]
    asked: dict[str, str | int] = {"text": text, "joined": "".join(proper), "first": latin[0], "limit": limit}
    for n, word in enumerate(plain or word for plain, word in zip(latin, words, strict=True)):
        begins = f"{db.as_is(word)}%"
        asked |= {f"begins{n}": begins, f"has{n}": f"%{begins}", f"ends{n}": f"%{proper[n]}"}
    for n, code in enumerate(under):
        asked |= {f"from{n}": code, f"to{n}": f"{code}~"}
    shape = tuple(_Word(bool(word), short != word) for word, short in zip(latin, proper, strict=True))
    wanted = _finding(shape, levels, len(under))
    return [_found(*row) for row in db.Session().execute(wanted, asked).tuples()]


class _Word(NamedTuple):
    """What decides how a word is looked for: is it in Latin letters, and does it end with the kind of place?"""

    latin: bool
    kind: bool


@lru_cache(maxsize=128)
def _finding(words: tuple[_Word, ...], levels: tuple[PlaceLevel, ...], codes: int) -> sa.Select:
    """The statement for so many words, in Latin letters or not, and so many codes. People type: it is asked for at every key."""
    street, district = orm.aliased(Place), orm.aliased(Place)
    best = sa.select(Place.code).where(Place.level.in_(levels), Place.retired_at.is_(None), _has(0, words[0], Place))
    if codes:
        ranges = (
            sa.and_(Place.code >= sa.bindparam(f"from{n}"), Place.code < sa.bindparam(f"to{n}")) for n in range(codes)
        )
        best = best.where(sa.or_(*ranges))
    if len(words) > 1:  # only then must the places above be looked at
        best = best.outerjoin(street, Place.parent_code == street.code)
        best = best.outerjoin(district, street.parent_code == district.code)
        best = best.where(*(_has(n, word, Place, street, district) for n, word in enumerate(words) if n))
    exact = sa.or_(Place.name == sa.bindparam("text"), Place.spelled == sa.bindparam("joined"))
    rank = (sa.case((exact, 0), else_=1), _LEVEL_RANK, sa.case((_begins(words[0].latin), 0), else_=1), Place.code)
    few = best.order_by(*rank).limit(sa.bindparam("limit", type_=sa.Integer, literal_execute=True)).subquery()
    up, top = orm.aliased(Place), orm.aliased(Place)
    return (
        sa.select(Place, up, top)
        .join(few, few.c.code == Place.code)
        .outerjoin(up, Place.parent_code == up.code)
        .outerjoin(top, up.parent_code == top.code)
        .options(*(orm.load_only(p.parent_code, p.level, p.name, p.pinyin) for p in (Place, up, top)))
        .order_by(*rank)
    )


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


def _has(n: int, word: _Word, *tables):
    """One of these places has the n-th word in its name, or in Latin letters in its spelling or as its first letters; or its
    spelling ends with the word without its kind."""
    has, begins, ends = (sa.bindparam(f"{what}{n}", type_=sa.String) for what in ("has", "begins", "ends"))
    if not word.latin:
        return sa.or_(*(t.name.like(has, escape="/") for t in tables))
    ways = [*(t.spelled.like(has, escape="/") for t in tables), *(t.initials.like(begins, escape="/") for t in tables)]
    return sa.or_(*ways, *(t.spelled.like(ends) for t in tables if word.kind))


def _begins(latin: bool):
    begins = sa.bindparam("begins0", type_=sa.String)
    if not latin:
        return Place.name.like(begins, escape="/")
    return sa.or_(Place.spelled.like(begins, escape="/"), Place.initials == sa.bindparam("first"))


def _without_kind(word: str) -> str:
    return next((word.removesuffix(kind) for kind in KINDS if word.endswith(kind) and len(word) > len(kind) + 1), word)


def _latin(word: str) -> str:
    plain = as_typed(fold(word))
    return plain if plain.isascii() and plain.isalnum() else ""


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
