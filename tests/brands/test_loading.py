import sqlalchemy as sa

from portal.brands import service
from portal.brands.models import Brand, BrandKind
from portal.brands.words import DUTIES
from portal.places.models import Place, PlaceLevel
from tests.factories import save


def districts(make):
    make.places()
    for code, name in (
        ("110101", "东城区"),
        ("110105", "朝阳区"),
        ("110106", "丰台区"),
        ("110107", "石景山区"),
        ("110108", "海淀区"),
    ):
        save(Place(code=code, parent_code="11", level=PlaceLevel.DISTRICT, name=name))


def test_the_eight_brands_are_loaded_and_loading_again_changes_nothing(session, make):
    districts(make)
    rows = service.read_csv()
    assert service.load(rows) == (8, 0, 0)
    assert service.load(rows) == (0, 0, 8)
    assert session.scalar(sa.select(sa.func.count()).select_from(Brand)) == 8
    assert session.scalars(sa.select(Brand).where(Brand.slug == "lane_chief")).one().kind is BrandKind.CADRE


def test_a_changed_line_of_the_file_changes_that_brand_only_and_keeps_its_counts(session, make):
    districts(make)
    rows = service.read_csv()
    service.load(rows)
    brand = session.scalars(sa.select(Brand).where(Brand.slug == "xicheng_aunties")).one()
    brand.patrol_count = 7
    session.commit()
    rows[1]["slogan"] = "红袖标"
    assert service.load(rows) == (0, 1, 7)
    assert (brand.slogan, brand.patrol_count) == ("红袖标", 7)


def test_every_duty_in_the_file_has_a_word(session):
    assert {duty for row in service.read_csv() for duty in row["duties"]} <= set(DUTIES)
