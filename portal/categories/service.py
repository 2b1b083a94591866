"""Loading categories from the data file, and adding local ones."""

import csv
from pathlib import Path

import sqlalchemy as sa

from portal import audit, db
from portal.categories import policy
from portal.categories.models import Category, Family, LimitUnit, Theme
from portal.errors import Conflict, Invalid
from portal.policy import require
from portal.text.clean import one_line
from portal.text.lazy import _l

DATA = Path(__file__).parent / "data" / "categories.csv"
FIRST_EXTENSION = 9101  # those of the data file lie below


def load(path: Path = DATA, *, overwrite: bool = False) -> tuple[int, int]:
    """Bring the rows of the data file into the table; returns (new, changed).

    Safe to repeat. Rows that are there keep what staff made of them, unless `overwrite` is said.
    """
    with db.transaction() as session:
        have = {c.full_code: c for c in session.scalars(sa.select(Category))}
        new = changed = 0
        for values in read(path):
            there = have.get(f"{values['family'].value}-{values['code']}")
            if there is None:
                session.add(Category(**values))
                new += 1
            elif overwrite and any(getattr(there, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(there, name, value)
                changed += 1
        return new, changed


def read(path: Path = DATA) -> list[dict]:
    """The rows of a category file as values of the table. Raises ValueError for an unknown theme, family or unit."""
    with path.open(encoding="utf-8") as file:
        return [_values(row) for row in csv.DictReader(file)]


def _values(row: dict) -> dict:
    return {
        "family": Family(row["family"]), "code": row["code"], "name": row["name"], "name_en": row["name_en"],
        "identifier": row["identifier"], "theme": Theme(row["theme"]), "lead_trades": row["lead_trades"].split(),
        "limit_value": int(row["limit_value"]), "limit_unit": LimitUnit(row["limit_unit"]), "limit_note": row["limit_note"],
        "limit_sourced": row["limit_sourced"] == "1", "emergency_call": row["emergency_call"],
        "visible_problem": row["visible_problem"] == "1", "provisional": row["provisional"] == "1",
    }  # fmt: skip


def add_extension(actor, *, name: str, name_en: str, theme: Theme, lead_trades: list[str], limit_value: int, limit_unit: LimitUnit,
                  limit_note: str = "", emergency_call: str = "", visible_problem: bool = True) -> Category:  # fmt: skip
    """Add a local extension class; it gets the next free X code."""
    with db.transaction() as session:
        require(policy.why_not_add(actor))
        name, name_en = one_line(name)[:60], one_line(name_en)[:80]
        if not name:
            raise Invalid(_l("Write the name of the category."))
        if not lead_trades:
            raise Invalid(_l("Choose at least one kind of unit that leads."))
        if not 1 <= limit_value <= 365:
            raise Invalid(_l("The limit is a number from 1 to 365."))
        taken = list(
            session.execute(sa.select(Category.code, Category.name).where(Category.family == Family.EXTENSION)).tuples()
        )
        if name in {known for _, known in taken}:
            raise Conflict(_l("There is a local category of this name already."))
        code = max([FIRST_EXTENSION - 1, *(int(code) for code, _ in taken if code.isdigit() and int(code) != 9099)]) + 1
        category = Category(
            family=Family.EXTENSION, code=f"{code:04}", name=name, name_en=name_en or name, identifier=f"local_{code}",
            theme=theme, lead_trades=lead_trades, limit_value=limit_value, limit_unit=limit_unit, limit_note=limit_note,
            emergency_call=emergency_call, visible_problem=visible_problem, provisional=False,
        )  # fmt: skip
        session.add(category)
        session.flush()
        audit.record(
            session,
            actor,
            "category.add",
            ("category", category.id),
            after="in_use",
            code=category.full_code,
            name=name,
        )
        return category


def set_retired(actor, category_id: int, retired: bool) -> Category:
    """Take a category out of use (old cases keep it), or bring it back."""
    with db.transaction() as session:
        category = db.locked(session, Category, category_id)
        require(policy.why_not_retire(actor, category))
        if category.retired != retired:
            category.retired = retired
            action = "category.retire" if retired else "category.restore"
            audit.record(session, actor, action, ("category", category.id), before="in_use" if retired else "retired",
                         after="retired" if retired else "in_use")  # fmt: skip
        return category
