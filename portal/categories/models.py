"""Table of categories, and the themes they belong to."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.text.lazy import _l


class Theme(StrEnum):
    """What residents call it; every proposal and every category has one."""

    TRAFFIC = "traffic"
    HYGIENE = "hygiene"
    SAFETY = "safety"
    LIGHT_AND_WIRES = "light_and_wires"
    GREENERY = "greenery"
    BUILDINGS = "buildings"
    ORDER = "order"
    NOISE_AND_AIR = "noise_and_air"
    FACILITIES = "facilities"
    CARE = "care"
    CULTURE = "culture"
    SERVICES = "services"
    ECONOMY = "economy"
    GOVERNANCE = "governance"


THEMES = {
    Theme.TRAFFIC: _l("Getting around and parking"),
    Theme.HYGIENE: _l("Cleanliness and waste"),
    Theme.SAFETY: _l("Fire and personal safety"),
    Theme.LIGHT_AND_WIRES: _l("Lighting and overhead wires"),
    Theme.GREENERY: _l("Trees and green spaces"),
    Theme.BUILDINGS: _l("Buildings and courtyards"),
    Theme.ORDER: _l("Street order"),
    Theme.NOISE_AND_AIR: _l("Noise, smoke and dust"),
    Theme.FACILITIES: _l("Public facilities"),
    Theme.CARE: _l("Care for the elderly, children and the disabled"),
    Theme.CULTURE: _l("Culture, sport and neighbourliness"),
    Theme.SERVICES: _l("Public services, schools and health"),
    Theme.ECONOMY: _l("Shops and livelihoods"),
    Theme.GOVERNANCE: _l("How we govern ourselves"),
}


class Family(StrEnum):
    EVENT = "E"  # acts or natural effects 事件
    COMPONENT = "P"  # public facilities with an owner 部件
    EXTENSION = "X"  # locally added 扩展类


class LimitUnit(StrEnum):
    WORK_HOUR = "work_hour"  # 工作时
    URGENT_HOUR = "urgent_hour"  # 紧急工作时: day and night
    WORK_DAY = "work_day"  # 工作日
    CALENDAR_DAY = "calendar_day"  # 自然日


class Category(Base):
    """A class of matter with its lead trades and its handling limit. (family, code) is the official key."""

    __tablename__ = "categories"
    __table_args__ = (sa.UniqueConstraint("family", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    family: Mapped[Family]
    code: Mapped[str] = mapped_column(sa.String(8))
    name: Mapped[str] = mapped_column(sa.String(60))
    name_en: Mapped[str] = mapped_column(sa.String(80))
    identifier: Mapped[str] = mapped_column(sa.String(40), unique=True)
    theme: Mapped[Theme]
    lead_trades: Mapped[list]  # ["ST", "PL"], the first one leads by default
    limit_value: Mapped[int]
    limit_unit: Mapped[LimitUnit]
    limit_note: Mapped[str] = mapped_column(default="")  # "stop 4 wh, remove 20 wd"
    limit_sourced: Mapped[bool] = mapped_column(default=False)  # from a published table, else our design
    emergency_call: Mapped[str] = mapped_column(sa.String(20), default="")  # "119": shown before the form is sent
    visible_problem: Mapped[bool] = mapped_column(default=True)  # needs at least one photo
    provisional: Mapped[bool] = mapped_column(default=True)
    retired: Mapped[bool] = mapped_column(default=False)

    @property
    def full_code(self) -> str:
        return f"{self.family.value}-{self.code}"


# Kinds of unit by the work they do (DOMAIN J2).
TRADES = {
    "ST": _l("Street office"), "CM": _l("Urban management"), "SAN": _l("Sanitation"), "GR": _l("Gardening and greening"),
    "TR": _l("Traffic police"), "RD": _l("Road maintenance"), "WA": _l("Water and drainage"),
    "PU": _l("Power, gas and heating"), "HO": _l("Housing and construction"), "PL": _l("Planning"),
    "FI": _l("Fire and rescue"), "EN": _l("Ecology and environment"), "MK": _l("Market supervision"),
    "PR": _l("Property service"), "PO": _l("Police"), "OP": _l("Operators"),
}  # fmt: skip
LIMIT_UNITS = {
    LimitUnit.WORK_HOUR: _l("working hours"), LimitUnit.URGENT_HOUR: _l("hours, day and night"),
    LimitUnit.WORK_DAY: _l("working days"), LimitUnit.CALENDAR_DAY: _l("calendar days"),
}  # fmt: skip
