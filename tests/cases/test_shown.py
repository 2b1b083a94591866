"""Who reads the words of a report before it is taken in."""

import pytest

from portal import links
from portal.cases import service
from portal.cases.states import CaseSource
from portal.policy import Level
from tests.cases import scenes
from tests.factories import COMMUNITY, STREET, make_user

TITLE, WHERE = "三单元的老赵又在楼道骂人", "前海北沿 12 号"
PAGES = (
    "/cases/{number}",
    f"/cases/?place={STREET}",
    "/cases/?q=老赵",
    "/search?q=老赵",
    "/search?q={number}",
    "/",
    f"/places/{COMMUNITY}",
)


@pytest.fixture
def s(session):
    return scenes.staff()


def unmarked(text):
    return text.replace("<mark>", "").replace("</mark>", "")


def ended(s, how):
    case = scenes.reported(s, title=TITLE, where=WHERE)
    if how == "not_accepted":
        service.move(
            s.acceptor, case.id, "not_accept", reason_code="out_of_area", reason="不在本辖区", public_note="请找别处"
        )
    elif how == "withdrawn":
        service.move(s.resident, case.id, "withdraw")
    return case


@pytest.mark.parametrize("how", ["reported", "not_accepted", "withdrawn"])
def test_what_is_not_taken_in_shows_neither_its_title_nor_where_to_strangers(session, client, s, how):
    case = ended(s, how)
    for reader in (None, make_user(level=Level.PHONE)):
        if reader:
            client.sign_in(reader)
        for page in PAGES:
            text = client.get(page.format(number=case.number), follow_redirects=True).text
            assert TITLE not in unmarked(text), page
            assert WHERE not in text, page
    similar = client.get(f"/cases/new?category={s.category.id}&place={COMMUNITY}").text
    assert TITLE not in similar
    assert f"Report about: {s.category.name_en}" in client.get(f"/en/cases/{case.number}").text
    assert s.category.name in client.get(f"/cases/?place={STREET}").text
    [thing] = links.describe(session, [("case", case.id)]).values()
    assert TITLE not in thing.title


def test_the_reporter_and_the_case_desk_read_it_all_the_same(client, s):
    case = scenes.reported(s, title=TITLE, where=WHERE)
    for reader in (s.resident, s.acceptor):
        client.sign_in(reader)
        for page in ("/cases/{number}", "/cases/?q=老赵", "/search?q=老赵", f"/cases/?place={STREET}"):
            assert TITLE in unmarked(client.get(page.format(number=case.number)).text), page
        assert WHERE in client.get(f"/cases/{case.number}").text


def test_once_taken_in_everybody_reads_and_finds_it(session, client, s):
    case = scenes.at(s, "in_handling", title=TITLE, where=WHERE)
    for page in ("/cases/{number}", "/cases/?q=老赵", "/search?q=老赵", f"/places/{COMMUNITY}"):
        assert TITLE in unmarked(client.get(page.format(number=case.number)).text), page
    [thing] = links.describe(session, [("case", case.id)]).values()
    assert thing.title == TITLE


FINDS = {"赵": True, "老赵": True, "家": True, "老赵 三单元": True, "元": True, "30": True, "赵 元": True, "堆 303": True, "3号楼": True,
         "A座": True, "a座 303": True, "12 号": False, "5号楼": False, "B座": False, "nobody": False, "！": False, "\u0301": False}  # fmt: skip


@pytest.mark.parametrize("typed", FINDS)
def test_the_list_and_the_search_find_by_words_of_title_and_whereabouts(client, s, typed):
    case = scenes.at(s, "in_handling", title="老赵家门口堆物", where="3号楼 A座 三单元 303 号")
    hit = FINDS[typed]
    for page in ("/cases/", "/search"):
        assert (f"/cases/{case.number}" in client.get(page, query_string={"q": typed}).text) is hit, (page, typed)


def test_what_a_patrol_saw_is_read_by_the_case_desk_before_the_public_reads_it(session, client, s):
    case = scenes.reported(s, title=TITLE, where=WHERE, source=CaseSource.PATROL)
    assert TITLE not in client.get(f"/cases/{case.number}").text
    service.move(s.acceptor, case.id, "accept")
    assert TITLE in client.get(f"/cases/{case.number}").text
