"""How others see a category."""

import sqlalchemy as sa

from portal.categories.models import Category
from portal.links import Subject, subject
from portal.text.lazy import _l


@subject("category")
def categories(session, ids):
    for category in session.scalars(sa.select(Category).where(Category.id.in_(ids))):
        yield Subject("category", category.id, category.name, "", _l("Category"))
