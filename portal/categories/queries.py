"""Asking about categories."""

import sqlalchemy as sa

from portal import db
from portal.categories.models import THEMES, Category, Theme

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
