"""Loading the tree of places."""

import pytest
import sqlalchemy as sa

from portal.places import loading, queries
from portal.places.cli import FILE
from portal.places.models import Place, PlaceLevel
from portal.places.romanise import spell

HEAD = "code,level,name,parent_code\n"
GOOD = HEAD + "11,city,北京市,\n110102,district,西城区,11\n110102013,street,大栅栏街道,110102\n"
GOOD += "110102013001,community,前门西河沿社区居委会,110102013\n"


def load(text, **how):
    return loading.load(text.splitlines(keepends=True), spell=spell, **how)


def test_the_shipped_file_is_whole_and_a_second_run_changes_nothing(session):
    with FILE.open(encoding="utf-8") as file:
        first = loading.load(file, spell=spell)
    with FILE.open(encoding="utf-8") as file:
        again = loading.load(file, spell=spell)

    assert (first.new, first.problems) == (7901, [])
    assert (again.new, again.changed, again.same, again.retired) == (0, 0, 7901, 0)
    levels = dict(session.execute(sa.select(Place.level, sa.func.count()).group_by(Place.level)).tuples().all())
    assert levels == {PlaceLevel.CITY: 1, PlaceLevel.DISTRICT: 16, PlaceLevel.STREET: 349, PlaceLevel.COMMUNITY: 7535}
    dashilar, shichahai = queries.get_place("110102013"), queries.get_place("110102012")
    assert (dashilar.pinyin, dashilar.initials, shichahai.pinyin) == ("Dashilar", "dsljd", "Shichahai")
    assert [p.name for p in queries.path("110102013")] == ["北京市", "西城区", "大栅栏街道"]


def test_streets_and_communities_are_counted_in_what_lies_above_them(session):
    load(GOOD)
    second = GOOD + "110102013002,community,百顺社区居委会,110102013\n"
    assert queries.sizes("11") == {"110102": (1, 1)}
    load(second)
    load(second)
    assert queries.sizes("11") == {"110102": (1, 2)}
    assert queries.sizes("110102") == {"110102013": (0, 2)}
    load(GOOD)
    assert queries.sizes("110102") == {"110102013": (0, 1)}
    load(second)
    assert queries.sizes("110102") == {"110102013": (0, 2)}


def test_a_place_is_called_by_its_own_name_not_its_committees(session):
    load(GOOD)
    assert queries.get_place("110102013001").name == "前门西河沿社区"


@pytest.mark.parametrize(("line", "word"), [
    ("110102013,street,又一个,110102", "already"),
    ("11010201,street,短码,110102", "9 digits"),
    ("１１０１０２０１４,street,全角,110102", "9 digits"),
    ("110102000,street,零,110102", "zero"),
    ("110102014001,community,没有上级社区居委会,110102014", "unknown"),
    ("110102015,street,上级不对,110101", "parent"),
    ("110102016,village,级别不对,110102", "village"),
    ("110102017,street,,110102", "name"),
    ("110102018,street," + "长" * 81 + ",110102", "name"),
    ("110102019,street", "columns"),
])  # fmt: skip
def test_a_wrong_row_is_reported_with_its_line_and_skipped(session, line, word):
    outcome = load(GOOD + line + "\n")
    assert outcome.new == 4
    assert [problem.line for problem in outcome.problems] == [6]
    assert word in outcome.problems[0].what


def test_a_file_without_the_header_loads_nothing(session):
    outcome = load("a,b\n1,2\n")
    assert outcome.new == 0
    assert outcome.problems[0].line == 1


def test_a_code_that_disappears_is_retired_and_never_given_to_another_place(session):
    load(GOOD)
    gone = load("\n".join(GOOD.splitlines()[:-1]) + "\n")
    assert gone.retired == 1
    assert queries.children("110102013") == []
    assert load(GOOD.replace("前门西河沿", "另一个")).problems[0].what.startswith("110102013001 was retired")
    session.expire_all()
    assert queries.get_place("110102013001").name == "前门西河沿社区"


def test_a_cut_off_file_does_not_retire_half_the_city(session):
    many = GOOD + "".join(f"1101020130{n:02},community,第{n}社区居委会,110102013\n" for n in range(10, 40))
    load(many)
    with pytest.raises(loading.TooManyGone):
        load(GOOD)
    assert load(GOOD, retire_many=True).retired == 30


@pytest.mark.parametrize(("name", "pinyin"), [
    ("交道口街道", "Jiaodaokou"), ("潭柘寺镇", "Tanzhesi"), ("天安门社区", "Tian'anmen"), ("朝阳区", "Chaoyang"), ("漷县镇", "Huoxian"),
])  # fmt: skip
def test_names_are_spelled_as_people_know_them(name, pinyin):
    assert spell(name)[0] == pinyin


def test_a_place_is_found_by_what_it_is_called_now_and_not_once_it_has_ended(session):
    def found(text):
        return [f.place.code for f in queries.find_places(text)]

    load(GOOD)
    assert found("西河沿") == found("xiheyan") == found("heyan") == ["110102013001"]
    renamed = GOOD.replace("前门西河沿社区", "安澜营社区")
    load(renamed)
    assert found("西河沿") == found("xiheyan") == []
    assert found("anlan") == found("alysq") == ["110102013001"]
    load(HEAD + "".join(GOOD.splitlines(keepends=True)[1:4]))
    assert found("anlan") == found("安澜") == []
    load(renamed)
    assert found("安澜") == ["110102013001"]


def test_a_syllable_that_begins_with_a_vowel_is_found_too(session):
    load(GOOD + "110102001,street,西长安街街道,110102\n110102001001,community,西黄城根南街社区居委会,110102001\n"
         "110102001002,community,温泉花园A区社区居委会,110102001\n")  # fmt: skip
    assert [f.place.code for f in queries.find_places("xihuangchenggennanjieshequ")] == ["110102001001"]
    assert [f.place.code for f in queries.find_places("aqu")] == ["110102001002"]
    for text in ("changan", "anjie", "xi'chang", "XICHANG’AN", "长安", "安街"):
        assert [f.place.code for f in queries.find_places(text)] == ["110102001"], text


def test_of_a_common_word_the_first_places_are_found_each_once(session):
    more = "".join(f"1101020130{n:02},community,市市市市市市区{n}社区居委会,110102013\n" for n in range(2, 40))
    load(GOOD + more)
    for text in ("s", "shi", "市"):
        assert [f.place.code[-2:] for f in queries.find_places(text)] == [f"{n:02}" for n in range(2, 22)], text
