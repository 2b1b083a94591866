"""Asking about categories."""

import sqlalchemy as sa

from portal import db
from portal.categories.models import THEMES, Category, Family, Theme

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


def get_category(category_id: int) -> Category:
    """Raises NoResultFound."""
    return db.Session().get_one(Category, category_id)


def find_code(full_code: str) -> Category | None:
    """The category of an official code such as E-0102."""
    family, _, code = full_code.partition("-")
    if family not in {f.value for f in Family}:
        return None
    return (
        db.Session()
        .scalars(sa.select(Category).where(Category.family == Family(family), Category.code == code))
        .one_or_none()
    )


def by_identifier(*identifiers: str) -> Category | None:
    """The first of these categories that is in use; without one, "something else". One query."""
    wanted = sa.select(Category).where(Category.identifier.in_((*identifiers, OTHER)), Category.retired.is_(False))
    found = {category.identifier: category for category in db.Session().scalars(wanted)}
    return next((found[name] for name in (*identifiers, OTHER) if name in found), None)
