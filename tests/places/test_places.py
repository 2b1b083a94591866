"""Codes, queries, lanes and the pages of places."""

import threading

import pytest

from portal import db
from portal.errors import Invalid, Refused
from portal.places import codes, queries, service
from portal.places.models import PlaceLevel
from portal.policy import SYSTEM, Role
from tests import factories
from tests.factories import CITY, COMMUNITY, DISTRICT, STREET


def test_a_grid_code_names_district_street_and_community():
    grid = codes.grid(" 11010201300107 ")
    assert (grid.district, grid.street, grid.community, grid.sequence) == ("110102", "110102013", "110102013001", "07")
    assert grid.code == "11010201300107"
    assert codes.grid("110102013601001").is_merged


WRONG = [
    "",
    "1101020130010",
    "1101020130010700",
    "1101O201300107",
    "１１０１０２０１３００１０７",
    "0" * 14,
    "110102000001001",
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_a_grid_code_is_refused(wrong):
    with pytest.raises(Invalid):
        codes.grid(wrong)


def test_parents_follow_from_the_prefix():
    known = ("11", DISTRICT, STREET, COMMUNITY, COMMUNITY + "L001")
    assert [codes.parent_of(c) for c in known] == [None, CITY, DISTRICT, STREET, COMMUNITY]


def test_a_community_is_found_by_name_pinyin_or_initials_with_what_it_lies_in(session, make, sql):
    make.places()
    for text in ("前海", "qianhai", "QHSQ", "q h s q", "Qian", "前海 什刹海", "什刹海 前海", "北京 前海 西城"):
        with sql() as seen:
            found = queries.find_places(text)
        assert (found[0].place.code, [p.name for p in found[0].above]) == (COMMUNITY, ["西城区", "什刹海街道"]), text
        assert len(seen) == 1
    for text in ("qianhaishequ", "Qianhai Shequ", "qian hai", "qian hai shequ", "qianhai shichahaijiedao", "前海 居委会", "街道 前海",
                 "前海社区居委会", "前海居民委员会", "什刹海街道前海社区", "北京市西城区什刹海街道前海社区居委会", "什刹海街道前",
                 "前海街道", "西城区什刹海镇前海村", "Qianhai Community", "Qianhai, Shichahai Subdistrict", "a qianhai"):
        assert queries.find_places(text)[0].place.code == COMMUNITY, text
    assert queries.find_places("什刹海")[-1].place.code == STREET
    assert [f.place.code for f in queries.find_places("shichahaijiedao")] == [STREET]
    for text in ("shi cha hai jie dao", "Shi Cha Hai Jiedao", "shi cha hai"):
        assert queries.find_places(text)[0].place.code == STREET, text
    assert [f.place.code for f in queries.find_places("hou hai she qu")] == [factories.OTHER_COMMUNITY]
    assert queries.find_places("海")[-1].place.code == STREET
    assert [f.place.code for f in queries.find_places("hai she")] == []
    assert queries.find_places("hequ") == queries.find_places("haihai shequ") == []
    assert queries.find_places("ianhai") == queries.find_places("q" * 200) == queries.find_places("\U0010ffff") == []
    assert queries.find_places("%") == queries.find_places("  ") == queries.find_places("前海 朝阳") == []


def test_what_is_typed_means_one_place_where_it_is_clear(session, make):
    make.places()

    def meant(text, under=(DISTRICT,), level=None):
        return [f.place.code for f in queries.places_meant(text, under, level)]

    assert (
        meant("前海")
        == meant("前海社区")
        == meant(COMMUNITY)
        == meant("前海", level=PlaceLevel.COMMUNITY)
        == [COMMUNITY]
    )
    assert meant("shichahai") == [STREET]
    assert meant("社区") == [COMMUNITY, factories.OTHER_COMMUNITY]
    assert meant("北京市", under=(CITY,)) == [CITY]
    assert (
        meant("前海", under=("110101",))
        == meant(COMMUNITY, under=("110101",))
        == meant(STREET, level=PlaceLevel.COMMUNITY)
        == []
    )
    assert [p.name for p in queries.places_meant(COMMUNITY)[0].above] == ["西城区", "什刹海街道"]


def test_children_and_path(session, make):
    make.places()
    assert [p.code for p in queries.children(STREET)] == [COMMUNITY, factories.OTHER_COMMUNITY]
    assert [p.code for p in queries.path(COMMUNITY)] == [CITY, DISTRICT, STREET, COMMUNITY]
    assert queries.path("999999") == []


def test_a_lane_is_added_once_and_numbered(session, make):
    make.places()
    first = service.add_lane(SYSTEM, COMMUNITY, "前海北沿")
    again = service.add_lane(SYSTEM, COMMUNITY, " 前海北沿 ")
    second = service.add_lane(make.staff(Role.MODERATOR), COMMUNITY, "白米斜街")
    assert (first.code, again.code, second.code) == (COMMUNITY + "L001", COMMUNITY + "L001", COMMUNITY + "L002")
    with pytest.raises(Refused):
        service.add_lane(make.user(), COMMUNITY, "南官房胡同")
    with pytest.raises(Invalid):
        service.add_lane(SYSTEM, STREET, "南官房胡同")


def test_lanes_added_at_once_get_different_numbers(real_db):
    factories.make_places()
    got = []

    def add(name):
        with db.scope():
            got.append(service.add_lane(SYSTEM, COMMUNITY, name).code)

    threads = [threading.Thread(target=add, args=(name,)) for name in ("甲胡同", "乙胡同", "丙胡同", "甲胡同")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4
    assert len(set(got)) == 3


def test_the_index_walks_down_from_districts(client, make):
    make.places()
    assert "西城区" in client.get("/places/").text
    assert "什刹海街道" in client.get(f"/places/?under={DISTRICT}").text
    assert f"/places/{COMMUNITY}" in client.get(f"/places/?under={STREET}").text


STRANGE = ["under=\x00", "under=" + "9" * 5000, "under=%E5%8C%97", "q=%00", "q=" + "前" * 3000, "q=%25_%5C",
           "next=//evil.example", "q=a&q=b"]  # fmt: skip


@pytest.mark.parametrize("query", STRANGE)
def test_strange_queries_are_answered(client, make, query):
    make.places()
    for page in ("/places/", "/places/choose"):
        answer = client.get(f"{page}?{query}")
        assert answer.status_code == 200
        assert 'value="//evil' not in answer.text


def test_typing_gets_a_part_of_the_page_only(client, make):
    make.places()
    part = client.get("/places/choose?q=前海", headers={"HX-Request": "true"}).text
    assert "前海社区" in part
    assert "<html" not in part


def test_who_is_signed_out_keeps_the_choice_on_the_device(client, make):
    make.places()
    answer = client.post("/me/community", data={"code": COMMUNITY, "next": "/places/"})
    assert answer.headers["Location"] == "/places/"
    assert "前海社区" in client.get("/sign-in").text
    assert "Qianhai" in client.get("/en/sign-in").text


def test_who_is_signed_in_keeps_it_in_the_profile_until_the_desk_has_confirmed(client, make, session):
    person, resident = make.user(level=1, home=None), make.user()
    client.sign_in(person).post("/me/community", data={"code": COMMUNITY})
    session.refresh(person)
    assert person.home_code == COMMUNITY
    refused = client.sign_in(resident).post("/me/community", data={"code": factories.OTHER_COMMUNITY})
    assert refused.status_code == 403


@pytest.mark.parametrize("code", ["", "x", "9" * 12, "\x00", STREET + "999"])
def test_a_place_that_is_none_cannot_be_chosen(client, make, code):
    make.places()
    assert client.post("/me/community", data={"code": code}).status_code == 422
