"""Units: loading them for every place, and who works where."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portal import db
from portal.cases.cli import categories
from portal.categories.models import TRADES
from portal.places.models import Place, PlaceLevel
from portal.units import queries, service
from portal.units.models import Unit, UnitKind
from tests.factories import CITY, COMMUNITY, DISTRICT, STREET


@pytest.fixture
def loaded(session, make):
    make.space()  # the places
    return service.load()


def test_every_street_district_and_the_city_get_their_units_once(session, loaded):
    assert loaded > 20
    assert service.load() == 0
    names = set(session.scalars(sa.select(Unit.name)))
    assert {"什刹海街道办事处", "西城区城市管理委员会", "北京市自来水集团", "西城区城市运行管理指挥中心"} <= names
    assert session.scalars(sa.select(Unit).where(Unit.place_code == STREET)).one().trade == "ST"


def test_what_staff_changed_stays(session, loaded):
    unit = session.scalars(sa.select(Unit).where(Unit.place_code == STREET)).one()
    unit.phone = "66668888"
    session.commit()
    service.load()
    session.refresh(unit)
    assert unit.phone == "66668888"


@pytest.mark.parametrize(("place", "office"), [
    ("什刹海街道", "什刹海街道办事处"), ("太师屯镇", "太师屯镇人民政府"), ("黑庄户地区", "黑庄户地区办事处"), ("蔡家洼乡", "蔡家洼乡人民政府"),
    ("北京经济技术开发区", "北京经济技术开发区管理委员会"),
])  # fmt: skip
def test_offices_are_called_what_they_are_called(place, office):
    assert service.street_office(place) == office


def test_units_for_a_community_are_its_own_and_those_around_it_nearest_first(session, make, loaded):
    committee = make.unit(kind=UnitKind.COMMUNITY, place_code=COMMUNITY, trade="")
    found = queries.units_for(COMMUNITY)
    assert found[0].id == committee.id
    assert {len(u.place_code) for u in found} == {12, 9, 6, 2}
    assert [len(u.place_code) for u in found] == sorted((len(u.place_code) for u in found), reverse=True)
    assert {u.place_code for u in found} == {COMMUNITY, STREET, DISTRICT, CITY}
    assert {u.trade for u in found} - {""} <= set(TRADES)


def test_every_trade_has_a_unit_in_every_place(loaded):
    assert {u.trade for u in queries.units_for(COMMUNITY)} >= set(TRADES)


def test_short_pinyin_leaves_the_level_out():
    assert (
        service.short_pinyin(Place(code="1", level=PlaceLevel.STREET, name="什刹海街道", pinyin="Shichahai Jiedao"))
        == "Shichahai"
    )
    assert service.short_pinyin(Place(code="1", level=PlaceLevel.STREET, name="长沟镇", pinyin="")) == "长沟镇"


def test_the_command_loads_categories_and_units_again_and_again(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("PORTAL_DATABASE_URL", raising=False)
    engine = db.make_engine(f"sqlite:///{tmp_path / 'portal.sqlite'}")
    db.Base.metadata.create_all(engine)
    first, again = (CliRunner().invoke(categories, []) for _ in range(2))
    db.Session.remove()
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert "categories: 80 new" in first.output
    assert "categories: 0 new, 0 changed" in again.output
    bad = tmp_path / "bad.csv"
    bad.write_text("family,code\nE,1\n", encoding="utf-8")
    wrong = CliRunner().invoke(categories, [str(bad)])
    assert wrong.exit_code == 1
    assert "Nothing was changed" in wrong.output
