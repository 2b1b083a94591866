"""Loading units: the offices, departments and companies that every place of a level has."""

import csv
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from portal import db
from portal.places.models import Place, PlaceLevel
from portal.units.models import Unit, UnitKind

DATA = Path(__file__).parent / "data" / "units.csv"


def load(path: Path = DATA) -> int:
    """Give every city, district and street the units of the data file; returns how many are new.

    Safe to repeat: a unit that is already there keeps what staff made of it.
    """
    with db.transaction() as session:
        places = list(session.scalars(sa.select(Place).where(Place.retired_at.is_(None), Place.level.in_(
            (PlaceLevel.CITY, PlaceLevel.DISTRICT, PlaceLevel.STREET))).order_by(Place.code)))  # fmt: skip
        have = set(session.execute(sa.select(Unit.place_code, Unit.name)).tuples())
        new = [row for row in _rows(path, places) if (row["place_code"], row["name"]) not in have]
        if new:
            session.execute(sa.insert(Unit), new)
        return len(new)


def _rows(path: Path, places: list[Place]) -> Iterator[dict]:
    with path.open(encoding="utf-8") as file:
        patterns = list(csv.DictReader(file))
    for place in places:
        words = {"place": place.name, "place_en": short_pinyin(place), "street_office": street_office(place.name)}
        for pattern in patterns:
            if pattern["level"] == place.level.value:
                yield {
                    "place_code": place.code, "kind": UnitKind(pattern["kind"]), "trade": pattern["trade"],
                    "name": pattern["name"].format(**words), "name_en": pattern["name_en"].format(**words), "phone": pattern["phone"],
                }  # fmt: skip


def street_office(name: str) -> str:
    """What the government of a street, an area or a town is called: 什刹海街道办事处, 长沟镇人民政府, …"""
    if name.endswith(("镇", "乡")):
        return f"{name}人民政府"
    return f"{name}办事处" if name.endswith(("街道", "地区")) else f"{name}管理委员会"


def short_pinyin(place: Place) -> str:
    """Shichahai for Shichahai Jiedao, for English names."""
    words = (place.pinyin or place.name).split()
    while len(words) > 1 and words[-1].lower() in (
        "qu",
        "shi",
        "jiedao",
        "zhen",
        "xiang",
        "diqu",
        "subdistrict",
        "district",
    ):
        words.pop()
    return " ".join(words)
