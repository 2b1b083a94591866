"""Categories: the data file, loading it, local extensions."""

import csv

import pytest
import sqlalchemy as sa

from portal import audit
from portal.categories import queries, service
from portal.categories.models import THEMES, TRADES, Category, Family, LimitUnit, Theme
from portal.errors import Conflict, Invalid, Refused
from portal.patrols.checklist import ITEMS
from portal.policy import Role
from tests.factories import CITY


@pytest.fixture
def loaded(session):
    service.load()
    return {c.full_code: c for c in queries.list_categories()}


def test_loading_twice_adds_nothing_and_keeps_what_staff_changed(session, loaded):
    loaded["E-0102"].limit_value = 9
    session.commit()
    assert service.load() == (0, 0)
    assert session.get_one(Category, loaded["E-0102"].id).limit_value == 9
    assert service.load(overwrite=True) == (0, 1)
    session.expire_all()
    assert session.get_one(Category, loaded["E-0102"].id).limit_value == 4


@pytest.mark.parametrize(("code", "name", "trades", "value", "unit", "sourced"), [
    ("E-0101", "私搭乱建", ["ST", "PL"], 20, "work_day", True), ("E-0102", "暴露垃圾", ["SAN"], 4, "work_hour", True),
    ("E-0105", "水域不洁", ["WA"], 15, "work_day", True), ("E-0508", "商业噪音", ["ST"], 2, "urgent_hour", False),
    ("P-0102", "污水井盖", ["WA", "CM"], 6, "urgent_hour", True), ("X-9003", "占用堵塞消防通道", ["FI", "PR"], 2, "urgent_hour", False),
])  # fmt: skip
def test_rows_are_those_of_the_domain_notes(loaded, code, name, trades, value, unit, sourced):
    c = loaded[code]
    assert (c.name, c.lead_trades, c.limit_value, str(c.limit_unit), c.limit_sourced) == (
        name,
        trades,
        value,
        unit,
        sourced,
    )
    assert c.provisional


def test_every_row_is_usable(loaded):
    for c in loaded.values():
        assert c.theme in THEMES
        assert set(c.lead_trades) <= set(TRADES)
        assert c.lead_trades
        assert c.name
        assert c.name_en.isascii()
        assert 1 <= c.limit_value <= 365
    assert len({c.identifier for c in loaded.values()}) == len(loaded)
    assert {f"P-{n:04}" for n in (*range(101, 113), 114)} <= set(loaded)


def test_emergencies_say_whom_to_call(loaded):
    for code in ("E-0401", "E-0402", "E-0403", "E-0404", "E-0405", "X-9007"):
        assert loaded[code].emergency_call.isdigit()
    assert loaded["E-0403"].emergency_call == "119"


def test_the_checklist_of_patrols_finds_its_categories(loaded):
    known = {c.identifier for c in loaded.values()}
    for item in ITEMS:
        assert set(item.categories) <= known
        assert queries.by_identifier(*item.categories).identifier == item.categories[0]
    assert queries.by_identifier("unknown").identifier == queries.OTHER


def test_categories_are_found_by_words_in_both_languages_and_by_code(loaded):
    assert [c.full_code for group in queries.by_theme("井盖 污水").values() for c in group] == ["P-0102"]
    assert queries.by_theme("street lamp")[Theme.LIGHT_AND_WIRES][0].name == "路灯"
    assert [c.name for group in queries.by_theme("E-0102").values() for c in group] == ["暴露垃圾"]
    assert queries.by_theme("没有这个") == {}


def test_a_broken_file_changes_nothing(session, tmp_path):
    rows = list(csv.DictReader(service.DATA.open(encoding="utf-8")))
    rows[5]["theme"] = "nonsense"
    broken = tmp_path / "broken.csv"
    with broken.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(ValueError, match="nonsense"):
        service.load(broken)
    assert session.scalar(sa.select(sa.func.count()).select_from(Category)) == 0


def added(actor, **over):
    return service.add_extension(actor, **{"name": "共享充电宝占道", "name_en": "Power banks on the road", "theme": Theme.ORDER,
                                           "lead_trades": ["ST"], "limit_value": 3, "limit_unit": LimitUnit.WORK_DAY} | over)  # fmt: skip


def test_local_extensions_get_codes_of_their_own(session, make, loaded):
    admin = make.staff(Role.PLACE_ADMIN)
    first, second = added(admin), added(admin, name="另一类")
    assert (first.full_code, second.full_code, first.family) == ("X-9101", "X-9102", Family.EXTENSION)
    assert audit.history(session, [("category", first.id)])[0].action == "category.add"
    with pytest.raises(Conflict):
        added(admin)
    for wrong in ({"name": " "}, {"lead_trades": []}, {"limit_value": 0}, {"limit_value": 366}):
        with pytest.raises(Invalid):
            added(admin, **{"name": "第三类"} | wrong)


def test_only_administrators_add_and_only_the_portals_own_change_official_classes(session, make, loaded):
    with pytest.raises(Refused):
        added(make.staff(Role.ACCEPTOR))
    local, admin = make.staff(Role.PLACE_ADMIN), make.staff(Role.ADMIN, place=CITY)
    with pytest.raises(Refused):
        service.set_retired(local, loaded["E-0102"].id, True)
    assert service.set_retired(admin, loaded["E-0102"].id, True).retired
    assert "E-0102" not in {c.full_code for c in queries.list_categories()}
    service.set_retired(admin, loaded["E-0102"].id, False)
    assert service.set_retired(local, added(local).id, True).retired
