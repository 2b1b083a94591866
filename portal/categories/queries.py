"""Asking about categories."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from portal import db
from portal.categories import everyday
from portal.categories.models import THEMES, Category, Theme
from portal.text.terms import fold

OTHER = "other_matter"  # what fits nowhere else
MOST_NAMED = 16  # categories a word may name


def list_categories(*, retired: bool = False) -> list[Category]:
    """All categories in use (or all that ever were), in the order of their codes. One query."""
    wanted = sa.select(Category).order_by(Category.family, Category.code)
    if not retired:
        wanted = wanted.where(Category.retired.is_(False))
    return list(db.Session().scalars(wanted))


def by_theme(text: str = "") -> dict[Theme, list[Category]]:
    """Categories in use whose name holds these words, or that people call so, grouped in the order of the themes. One query."""
    words = text.casefold().split()
    meant = everyday.meant(_singular(fold(text).split()))
    found = [
        c for c in list_categories()
        if c.identifier in meant or all(w in f"{c.name} {c.name_en} {c.full_code}".casefold() for w in words)
    ]  # fmt: skip
    groups = {theme: [c for c in found if c.theme is theme] for theme in THEMES}
    return {theme: group for theme, group in groups.items() if group}


def by_identifier(*identifiers: str) -> Category | None:
    """The first of these categories that is in use; without one, "something else". One query."""
    wanted = sa.select(Category).where(Category.identifier.in_((*identifiers, OTHER)), Category.retired.is_(False))
    found = {category.identifier: category for category in db.Session().scalars(wanted)}
    return next((found[name] for name in (*identifiers, OTHER) if name in found), None)


class Named(NamedTuple):
    """The categories that are called so, and the themes: these themselves or those of the categories."""

    categories: Sequence[int] = ()
    themes: Sequence[Theme] = ()


def named(text: str | None) -> Named:
    """What kinds of matter a query names, as they are called or as people say: English words of three letters and more, in the
    singular, or Chinese ones of two characters and more; none of anything else. One query, or none."""
    words = fold(text or "").split()[:4]
    if words and all(len(word) > 1 and all("\u3400" <= c <= "\u9fff" for c in word) for word in words):
        themes = [theme for theme, label in THEMES.items() if all(word in str(label) for word in words)]
        given, chinese = {"said": "".join(words)} | {f"called{n}": f"%{word}%" for n, word in enumerate(words)}, True
    elif words and all(len(word) > 2 and word.isascii() and word.isalpha() for word in words):
        words = _singular(words)
        themes = [t for t, label in THEMES.items() if all(f" {word}" in f" {label.text.lower()}" for word in words)]
        given, chinese = {f"called{n}": f"% {word}%" for n, word in enumerate(words)}, False
    else:
        return Named()
    asked = {**given, "meant": everyday.meant(words)}
    found = db.Session().execute(_called(len(words), chinese), asked).tuples().all()
    return Named([ident for ident, _ in found], list(dict.fromkeys([*themes, *(theme for _, theme in found)])))


def _singular(words: list[str]) -> list[str]:
    return [word.removesuffix("s") if len(word) > 3 and word.isascii() else word for word in words]


@cache
def _called(words: int, chinese: bool) -> sa.Select:
    """The categories with these words in their names (English: beginning with them), those that are meant by them, or whose name
    is part of what was said: 路灯不亮了 is about street lamps."""
    name = Category.name if chinese else sa.literal(" ").concat(sa.func.lower(Category.name_en))
    called = sa.and_(*(name.like(sa.bindparam(f"called{n}", type_=sa.String)) for n in range(words)))
    if chinese:
        part = sa.bindparam("said", type_=sa.String).like(sa.literal("%").concat(Category.name).concat("%"))
        called = sa.or_(called, part)
    called = sa.or_(called, Category.identifier.in_(sa.bindparam("meant", expanding=True, type_=sa.String)))
    return db.plan_once(
        sa.select(Category.id, Category.theme).where(called).order_by(Category.id).limit(db.only(MOST_NAMED))
    )
