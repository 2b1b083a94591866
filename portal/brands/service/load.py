"""Bringing the brands of the file into the database; running it again changes nothing."""

import csv
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from portal.brands.models import Brand, BrandKind
from portal.db import transaction
from portal.errors import Invalid
from portal.places.models import Place
from portal.text.lazy import _l

FILE = Path(__file__).resolve().parent.parent / "data" / "brands.csv"


class Loaded(NamedTuple):
    new: int
    changed: int
    same: int


def read_csv(file: Path = FILE) -> list[dict]:
    """The rows of the file, ready for `load`."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            row | {"kind": BrandKind(row["kind"]), "duties": row["duties"].split()} for row in csv.DictReader(lines)
        ]


def load(rows: list[dict]) -> Loaded:
    """Insert what is missing and bring the rest up to date, by slug. Counts and teams are not touched."""
    with transaction() as session:
        have = {brand.slug: brand for brand in session.scalars(sa.select(Brand))}
        wanted = {row["place_code"] for row in rows}
        known = set(session.scalars(sa.select(Place.code).where(Place.code.in_(wanted))))
        if missing := sorted(wanted - known):
            raise Invalid(_l("Load the places first; these are missing: %(codes)s", codes=", ".join(missing)))
        new = changed = 0
        for row in rows:
            brand = have.get(row["slug"])
            if brand is None:
                session.add(Brand(**row))
                session.flush()  # ids in the order of the file
                new += 1
            elif any(getattr(brand, name) != value for name, value in row.items()):
                for name, value in row.items():
                    setattr(brand, name, value)
                changed += 1
        return Loaded(new, changed, len(rows) - new - changed)
