"""Finding things by words that are still being typed: all of them must be there, the last one perhaps only begun."""

import re
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.text.terms import HAN, fold, terms

MOST = 6  # whole words that are looked for
_BEGUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_CHINESE = re.compile(f"[{HAN}]")


class Shape(NamedTuple):
    """What decides the statement, which is built once for all readers."""

    whole: tuple[bool, ...] = ()  # for each whole word: is it one as written down, or a character with which such a one begins?
    begun: bool = False  # and one more, of which perhaps only the beginning stands there
    common: bool = False  # of which so little that it fits much


class Typed(NamedTuple):
    """What was typed, in parts."""

    shape: Shape
    given: dict[str, str]  # the values of the statement
    senseless: bool  # something was typed, and nothing in it could be a word


def typed(text: str | None) -> Typed:
    """The words of what was typed so far, as they are written down. One letter or digit alone says nothing yet: most titles have a
    word that begins with it."""
    *whole, last = split(text or "") or [""]
    whole, senseless = whole[:MOST], not last and bool((text or "").strip())
    if not whole and len(last) == 1 and last.isascii():
        last = ""
    given = {f"word{n}": word for n, word in enumerate(whole)} | {"last": last, "end": f"{last}\U0010ffff"}
    given |= {f"upto{n}": f"{word}\U0010ffff" for n, word in enumerate(whole)}
    common = len(last) <= (1 if not last.isascii() else 2 if whole else 4)
    return Typed(Shape(tuple(not _CHINESE.fullmatch(word) for word in whole), bool(last), bool(last) and common), given, senseless)


def has_words(shape: Shape, ident, term, owner) -> sa.ColumnElement[bool]:
    """The condition under which a thing has these words. `term` and `owner` are the columns of a table of terms, `ident` is the
    column that `owner` points to."""
    if not shape.begun:
        return sa.true()
    if shape.whole and shape.common:  # few are left: look at each
        return sa.and_(ident.in_(_all_of(owner, _whole(shape, term))), sa.exists().where(owner == ident, begins(term)))
    return ident.in_(_all_of(owner, [*_whole(shape, term), begins(term)]))


def newest(shape: Shape, term, owner, most: int) -> sa.Select:
    """The ids of the newest things that have all the words, as `id`, at most so many; with several terms that fit, more than once.
    Whatever the words are, their terms are read first."""
    conditions = [*_whole(shape, term), begins(term)]
    if shape.whole and shape.common:
        other = orm.aliased(owner.class_)
        begun = sa.exists().where(getattr(other, owner.key) == owner, begins(getattr(other, term.key)))
        conditions = [sa.and_(conditions[0], begun), *conditions[1:-1]]
    found = _all_of(owner, conditions)
    ident = owner if isinstance(found, sa.Select) else found.subquery().c.id
    rows = found if isinstance(found, sa.Select) else sa.select(ident)
    return rows.order_by(db.gathered(ident).desc()).limit(db.only(most))


def _all_of(owner, conditions: list) -> sa.Select | sa.CompoundSelect:
    found = [sa.select(owner.label("id")).where(condition) for condition in conditions]
    return sa.intersect(*found) if found[1:] else found[0]


def _whole(shape: Shape, term) -> list[sa.ColumnElement[bool]]:
    return [word(shape, n, term) for n in range(len(shape.whole))]


def word(shape: Shape, n: int, term) -> sa.ColumnElement[bool]:
    """It is the n-th whole word."""
    one: sa.BindParameter[str] = sa.bindparam(f"word{n}")
    return term == one if shape.whole[n] else sa.and_(term >= one, term < sa.bindparam(f"upto{n}"))


def begins(term) -> sa.ColumnElement[bool]:
    """It begins with the last word."""
    return sa.and_(term >= sa.bindparam("last"), term < sa.bindparam("end"))


def either(ident, *conditions) -> sa.CompoundSelect:
    """The ids of the things to which one of these conditions applies, each of which an index can serve; an OR it could not."""
    return sa.union(*(sa.select(ident).where(condition).correlate(None) for condition in conditions))


def split(text: str) -> list[str]:
    """The words of a text as titles are split; the last is whatever comes after the last whole one."""
    text = fold(text).strip()[:60]
    words = terms(text, most=8)
    if not words:  # a single letter, or a word that says nothing: what begins with it
        begun = _BEGUN.findall(text)
        return [begun[-1][-24:]] if begun else []
    rest = text[text.rfind(words[-1]) + len(words[-1]) :].strip()
    if rest and _CHINESE.match(rest) and len(rest) <= 4:
        words.append(rest)
    return words
