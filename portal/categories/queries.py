"""Asking about categories."""

from typing import NamedTuple

import sqlalchemy as sa

from portal import db
from portal.categories.models import THEMES, Category, Theme
from portal.text.terms import fold

OTHER = "other_matter"  # what fits nowhere else


def list_categories(*, retired: bool = False) -> list[Category]:
    """All categories in use (or all that ever were), in the order of their codes. One query."""
    wanted = sa.select(Category).order_by(Category.family, Category.code)
    if not retired:
        wanted = wanted.where(Category.retired.is_(False))
    return list(db.Session().scalars(wanted))


def by_theme(text: str = "") -> dict[Theme, list[Category]]:
    """Categories in use whose name holds these words, grouped in the order of the themes. One query."""
    words = text.casefold().split()
    found = [c for c in list_categories() if all(w in f"{c.name} {c.name_en} {c.full_code}".casefold() for w in words)]
    groups = {theme: [c for c in found if c.theme is theme] for theme in THEMES}
    return {theme: group for theme, group in groups.items() if group}


def by_identifier(*identifiers: str) -> Category | None:
    """The first of these categories that is in use; without one, "something else". One query."""
    wanted = sa.select(Category).where(Category.identifier.in_((*identifiers, OTHER)), Category.retired.is_(False))
    found = {category.identifier: category for category in db.Session().scalars(wanted)}
    return next((found[name] for name in (*identifiers, OTHER) if name in found), None)


class Kinds(NamedTuple):
    """Words that may be what categories and themes are called, in parts: how many there are, and in which language, decides the
    statement; the values are for its parameters."""

    shape: tuple[int, bool] = (0, False)  # how many words; are they Chinese?
    given: dict[str, str | list[Theme]] = {"themes": []}


def kinds(text: str) -> Kinds:
    """What of a query could be the name of a kind of matter: English words of three letters and more, in the singular, or
    Chinese ones of two characters and more; none of anything else."""
    words = fold(text).split()[:4]
    if words and all(len(word) > 1 and all("\u3400" <= c <= "\u9fff" for c in word) for word in words):
        themes = [theme for theme, label in THEMES.items() if all(word in str(label) for word in words)]
        given = {"said": "".join(words)} | {f"called{n}": f"%{word}%" for n, word in enumerate(words)}
        return Kinds((len(words), True), given | {"themes": themes})
    if words and all(len(word) > 2 and word.isascii() and word.isalpha() for word in words):
        words = [word.removesuffix("s") for word in words]
        themes = [t for t, label in THEMES.items() if all(f" {word}" in f" {label.text.lower()}" for word in words)]
        given = {f"called{n}": f"% {word}%" for n, word in enumerate(words)}
        return Kinds((len(words), False), given | {"themes": themes})
    return Kinds()


def called(shape: tuple[int, bool]) -> sa.Select:
    """The ids of the categories with these words in their names (English: beginning with them), or whose name is part of what was
    said: 路灯不亮了 is about street lamps."""
    words, chinese = shape
    name = Category.name if chinese else sa.literal(" ").concat(sa.func.lower(Category.name_en))
    all_of_them = sa.and_(*(name.like(sa.bindparam(f"called{n}", type_=sa.String)) for n in range(words)))
    if not chinese:
        return sa.select(Category.id).where(all_of_them)
    part = sa.bindparam("said", type_=sa.String).like(sa.literal("%").concat(Category.name).concat("%"))
    return sa.select(Category.id).where(sa.or_(all_of_them, part))
