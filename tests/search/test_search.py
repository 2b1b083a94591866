"""Finding things by words."""

import csv

import pytest
import sqlalchemy as sa

from portal.categories import everyday
from portal.categories import service as categories
from portal.categories.models import Category, Theme
from portal.categories.queries import named
from portal.clock import utcnow
from portal.proposals.models import ProposalTerm
from portal.search import marking, queries
from portal.text.terms import fold, index_terms
from tests.factories import COMMUNITY, save


def proposal(make, title, **over):
    found = make.proposal(title=title, **({"state": "gathering"} | over))
    save(*(ProposalTerm(term=term, proposal_id=found.id) for term in index_terms(title)))
    return found


def titles(text, kind="proposals"):
    return [p.title for p in queries.search(text)[kind].rows]


def test_more_words_found_come_first_and_the_last_word_may_be_unfinished(session, make):
    proposal(make, "公厕照明太暗")
    proposal(make, "公厕加装扶手")
    assert titles("公厕扶手") == ["公厕加装扶手", "公厕照明太暗"]
    assert titles("扶手") == ["公厕加装扶手"]
    for elsewhere in ("后海北沿修步道", "前海北沿装路灯", "鼓楼前海棠树"):
        proposal(make, elsewhere)
    assert titles("前海北沿")[:2] == ["前海北沿装路灯", "后海北沿修步道"]
    assert set(titles("前海")) == {"前海北沿装路灯", "鼓楼前海棠树"}
    proposal(make, "Bicycle racks")
    assert titles("bicy") == ["Bicycle racks"]
    assert titles("BICYCLE RA") == ["Bicycle racks"]


@pytest.mark.parametrize("typed", ["灯", "路灯", "北沿", "路灯不亮了怎么办", "沿"])
def test_chinese_words_find_what_something_is_called_or_about(session, make, typed):
    lamp = make.category(name="路灯", name_en="Street lamp", theme=Theme.LIGHT_AND_WIRES)
    make.category(name="暴露垃圾", name_en="Litter", theme=Theme.HYGIENE, code="02", identifier="litter2")
    titled, about = proposal(make, "北沿灯不亮"), proposal(make, "北沿太黑", category_id=lamp.id, theme=Theme.SAFETY)
    proposal(make, "公厕加装扶手", theme=Theme.FACILITIES)
    case = make.case(category=lamp, title="三盏不亮", where="北沿 3 号", state="filed")
    found = {"灯": [titled.title], "路灯": [about.title], "沿": [about.title, titled.title], "北沿": [about.title, titled.title],
             "路灯不亮了怎么办": [titled.title, about.title]}[typed]  # fmt: skip
    assert titles(typed) == found
    assert [c.id for c in queries.search(typed)["cases"].rows] == ([] if typed == "灯" else [case.id])


def test_the_list_of_cases_finds_what_kind_of_matter_it_is(client, make):
    lamp = make.category(name="路灯", name_en="Street lamp", theme=Theme.LIGHT_AND_WIRES)
    case = make.case(category=lamp, title="三盏不亮", state="reported")
    for typed, hit in (("路灯", True), ("street lamp", True), ("三盏", False), ("垃圾", False)):  # its words nobody may read yet
        assert (f"/cases/{case.number}" in client.get("/cases/", query_string={"q": typed}).text) is hit, typed


def test_english_words_find_what_something_is_about(session, make):
    lamp = make.category(name="路灯", name_en="Street lamp", theme=Theme.LIGHT_AND_WIRES)
    chosen = proposal(make, "北沿太黑", category_id=lamp.id, theme=Theme.SAFETY)
    proposal(make, "架空线下垂", theme=Theme.LIGHT_AND_WIRES)
    proposal(make, "公厕加装扶手", theme=Theme.FACILITIES)
    proposal(make, "草稿", category_id=lamp.id, state="draft")
    case = make.case(category=lamp, title="三盏不亮", state="filed")
    assert titles("lamps") == titles("Street lamp") == ["架空线下垂", "北沿太黑"]
    assert titles("lighting") == ["架空线下垂"]
    assert titles("amp") == titles("lamp post") == titles("la") == []
    assert [c.id for c in queries.search("street")["cases"].rows] == [case.id]
    proposal(make, "Lamp out again", theme=Theme.SAFETY)
    assert titles("lamp")[0] == "Lamp out again"
    assert chosen.title in titles("lamp")


@pytest.mark.parametrize(("typed", "names"), [
    ("trash", {"exposed_litter", "litter_bin", "accumulated_waste", "waste_not_sorted"}), ("trash bins", {"litter_bin"}),
    ("Wheelchairs", {"barrier_free_facility"}), ("楼道里停了电瓶车", {"ebike_charging_indoors", "bike_misparked"}), ("trash wheelchair", set()),
    ("路灯", {"street_lamp", "manhole_lighting"}), ("狗", set()),
])  # fmt: skip
def test_everyday_words_name_what_the_catalogue_calls_otherwise(session, typed, names):
    categories.load()
    found = named(typed)
    assert {session.get_one(Category, ident).identifier for ident in found.categories} == names
    assert bool(found.themes) == bool(names)


def test_everyday_words_choose_a_kind_of_problem(client, session, make):
    categories.load()
    client.sign_in(make.user())
    assert "Litter bin" in client.get("/en/cases/new?q=trash").text
    assert "Street lamp" not in client.get("/en/cases/new?q=trash").text


def test_every_everyday_word_means_categories_that_there_are(session):
    categories.load()
    there = set(session.scalars(sa.select(Category.identifier)))
    rows = list(csv.DictReader(everyday.WORDS.open(encoding="utf-8")))
    assert len({row["word"] for row in rows}) == len(rows) > 50
    for row in rows:
        assert row["word"] == fold(row["word"]).strip()
        assert 0 < len(set(row["categories"].split())) <= 4
        assert set(row["categories"].split()) <= there, row


def test_what_is_only_about_the_same_matter_stands_apart(client, make):
    lamp = make.category(name="路灯", name_en="Street lamp", theme=Theme.LIGHT_AND_WIRES)
    about = proposal(make, "北沿太黑", category_id=lamp.id, theme=Theme.SAFETY)
    other = "About such matters, in other words:"
    page = client.get("/en/search?q=路灯").text
    assert page.index(other) < page.index(about.title)
    said = proposal(make, "路灯不亮")
    page = client.get("/en/search?q=路灯").text
    assert page.index(f"/proposals/{said.id}") < page.index(other) < page.index(about.title)
    assert other not in client.get("/en/search?q=不亮").text


def test_what_has_all_words_comes_first_however_old_and_a_single_letter_alone_finds_nothing(session, make):
    oldest = proposal(make, "Facilitar l'accés al parc")
    for _ in range(70):
        proposal(make, "Facilitar la neteja")
    proposal(make, "Obrir l'escola")
    assert titles("facilitar l'ac")[:2] == [oldest.title, "Facilitar la neteja"]
    assert titles("facilitar parc")[:2] == [oldest.title, "Facilitar la neteja"]
    assert titles("l'ac") == [oldest.title]
    assert titles("l'escola nova") == ["Obrir l'escola"]


def test_a_case_is_found_behind_many_that_cannot_be_read_yet(session, make):
    make.case(title="前海北沿路灯", state="filed")
    for n in range(130):
        make.case(title=f"路灯 {n}", state="reported")
    assert [c.title for c in queries.search("路灯")["cases"].rows] == ["前海北沿路灯"]


def test_a_proposal_is_found_behind_many_that_are_hidden(session, make):
    proposal(make, "Parc nou")
    for _ in range(70):
        proposal(make, "Parc", hidden_at=utcnow(), hidden_reason="spam")
    assert titles("parc") == titles("par") == ["Parc nou"]


def test_one_misspelt_word_does_not_hide_what_has_all_the_others(session, make):
    old = proposal(make, "Ampliar espai dels vianants")
    for word in ("Ampliar", "Espai", "Vianants"):
        for n in range(30):
            proposal(make, f"{word} {n}")
    assert titles("ampliar espai dels vianants zzzq")[0] == old.title
    assert titles("zzzq ampliar espai vianants")[0] == old.title


def test_two_words_of_a_title_that_begin_alike_count_once(session, make):
    both = proposal(make, "Biblioteca i museu")
    proposal(make, "Parades del passeig: parada del parc")
    assert titles("biblioteca museu teatre par") == [both.title]


def test_a_short_word_that_ends_in_s_is_no_plural(session, make):
    make.category(name="公交站亭", name_en="Bus shelter", theme=Theme.TRAFFIC)
    make.category(name="私搭乱建", name_en="Illegal building", theme=Theme.BUILDINGS, code="02", identifier="illegal_building")
    traffic, _built = proposal(make, "站亭漏雨", theme=Theme.TRAFFIC), proposal(make, "楼顶加盖", theme=Theme.BUILDINGS)
    assert titles("bus") == titles("shelters") == [traffic.title]


def test_of_many_kinds_of_matter_the_newest_come_first_each_once(session, make):
    lids = [make.category(name=f"{n}井盖", name_en=f"Manhole {n}", code=f"{n:02}", identifier=f"lid{n}") for n in range(10, 18)]
    cases = [make.case(category=lids[n % 8], title=f"井盖 {n}" if n % 3 else "松动", state="filed") for n in range(24)]
    found = queries.search("井盖")["cases"]
    assert [c.id for c in found.rows] == [c.id for c in reversed(cases[-5:])]
    assert (found.shown, found.more) == ("20+", True)
    assert len(queries.search("井盖", "cases")["cases"].rows) == 24


@pytest.mark.parametrize(
    "hidden", [{"state": "draft"}, {"state": "submitted"}, {"state": "refused"}, {"hidden_at": "now"}]
)
def test_what_is_not_public_is_not_found(session, make, hidden):
    proposal(make, "公厕加装扶手", **{k: utcnow() if v == "now" else v for k, v in hidden.items()})
    assert titles("公厕扶手") == []


def test_a_case_is_found_by_its_number_however_it_is_grouped(session, make):
    case = make.case(number="20260004275", title="垃圾无人清运", state="filed")
    for typed in ("20260004275", "2026-0004-27-5", "2026 0004 275", "2026000427", "案件2026-0004-27-5",
                  "案件 2026 0004 27 5 办得怎么样了", "案件2026-0004-27"):  # fmt: skip
        assert [c.id for c in queries.search(typed)["cases"].rows] == [case.id], typed
    assert [c.id for c in queries.search("无人清运")["cases"].rows] == [case.id]
    assert queries.search("2025000427")["cases"].rows == []


@pytest.mark.parametrize("typed", ["20260004279", "案件2026-0004-27-9", "202600042755"])
def test_a_wrong_check_digit_says_so_and_opens_no_other_case(session, make, client, typed):
    make.case(number="20260004275", title="垃圾无人清运", state="filed")
    assert queries.search(typed)["cases"].rows == []
    page = client.get("/en/search", query_string={"q": typed}).text
    assert "This number has a typo" in page
    assert 'href="tel:' in page
    assert "This number has a typo" not in client.get("/en/search?q=20260004275").text


@pytest.mark.parametrize("typed", ["{}", "提案{}", "提案 第{}号", "{}号提案", "#{}", "Proposal {}", "提案编号{}"])
def test_a_proposal_is_found_by_its_number(session, make, typed):
    wanted = proposal(make, "公厕加装扶手")
    proposal(make, "提案栏改到门口")
    assert queries.search(typed.format(wanted.id))["proposals"].rows[0].id == wanted.id
    secret = proposal(make, "草稿", state="draft")
    assert secret.id not in [p.id for p in queries.search(typed.format(secret.id))["proposals"].rows]


def test_places_and_rooms_are_found(session, make):
    space = make.space(name="前海社区理事会")
    assert COMMUNITY in [f.place.code for f in queries.search("前海")["places"].rows]
    assert [s.id for s in queries.search("前海 理事会")["spaces"].rows] == [space.id]


def test_what_was_found_is_marked_and_everything_else_escaped():
    words = marking.pattern("停车 <b>")
    assert str(marking.marked("停车<b>架</b>", words)) == "<mark>停车</mark><mark>&lt;b&gt;</mark>架&lt;/b&gt;"
    assert str(marking.snippet("早" * 200 + "停车" + "晚" * 200, words)).count("…") == 2
    assert marking.pattern("   ") is None


def test_the_page_shows_some_of_each_kind_and_one_kind_in_full(client, make):
    for n in range(12):
        proposal(make, f"停车架第{n}处", place_code=COMMUNITY)
        make.case(title=f"停车占道{n}", state="filed")
    page = client.get("/search?q=停车")
    assert page.status_code == 200
    assert page.text.count("<mark>停车</mark>") == 2 * queries.SOME
    assert client.get("/search?q=停车&kind=proposals").text.count('<li><h3 class="row-title">') == 12


def test_htmx_gets_the_results_only(client, make):
    proposal(make, "停车架")
    part = client.get("/search?q=停车", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "<mark>停车</mark>" in part


def test_nothing_found_leads_to_a_proposal(client, make):
    make.places()
    page = client.get("/en/search?q=%E6%B2%A1%E6%9C%89").text
    assert "Nothing found" in page
    assert '"/en/proposals/new"' in page


@pytest.mark.parametrize(
    "query", ["", "%00", "%", "_", "'", "\\", "a" * 3000, "🙂🙂", "%E2%80%AE", "1" * 40, "的", "\ud7ff"]
)
def test_odd_queries_are_answered(client, make, query):
    make.places()
    assert client.get("/search", query_string={"q": query, "kind": "odd"}).status_code == 200


def test_what_was_never_let_through_is_not_found_though_its_words_are_written_down(session, make):
    lamp = make.category(name="路灯", name_en="Street lamp", theme=Theme.LIGHT_AND_WIRES)
    p = proposal(make, "绝密楠木箱案", state="withdrawn", published_at=None, category_id=lamp.id)
    for typed in ("楠木箱", "路灯", "lamp", f"#{p.id}"):
        assert titles(typed) == [], typed
