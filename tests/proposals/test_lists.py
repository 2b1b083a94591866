"""Lists, counts, similar titles, search as one types, the desks: what they show and what they cost."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.clock import utcnow
from portal.errors import NotFound
from portal.places import counts as place_counts
from portal.policy import GUEST, Role
from portal.proposals import queries, service, stations, subjects
from portal.proposals.models import Objection, Proposal, ProposalTerm
from portal.proposals.states import FINAL, GROUPS, LABELS, PRIVATE, STATIONS, ProposalState
from portal.spaces.rules import RuleSet
from portal.text import finding
from portal.text.terms import index_terms
from tests.factories import COMMUNITY, DISTRICT, OTHER_COMMUNITY, STREET, save
from tests.proposals.helpers import by_group, submitted

S = ProposalState


def listed(make, session, *titles, **over):
    found = []
    for n, title in enumerate(titles):
        p = make.proposal(
            **{"title": title, "published_at": utcnow() - timedelta(hours=len(titles) - n), "state": "gathering"} | over
        )
        service.index_title(session, p)
        found.append(p)
    session.commit()
    return found


def walk(**given):
    """Every page, forward and then back again."""
    seen, page = [], queries.list_proposals(size=3, **given)
    while True:
        seen.append([p.id for p in page.rows])
        if page.older is None:
            break
        page = queries.list_proposals(size=3, after=page.older, **given)
    back = []
    while page.newer is not None:
        page = queries.list_proposals(size=3, before=page.newer, **given)
        back.append([p.id for p in page.rows])
    assert back[::-1] == seen[:-1]
    return [ident for page in seen for ident in page]


def test_private_states_and_hidden_ones_are_in_no_list(session, make):
    author = make.user()
    every = {state: make.proposal(author=author, state=state) for state in S}
    never_public = make.proposal(author=author, state="withdrawn", published_at=None)
    hidden = make.proposal(author=author, state="gathering", hidden_at=utcnow())
    shown = {p.id for p in queries.list_proposals(size=50).rows}
    assert shown == {p.id for state, p in every.items() if state not in PRIVATE}
    mine = {p.id for p in queries.list_proposals(size=50, author_id=author.id, private=True).rows}
    assert mine == {p.id for p in every.values()} | {never_public.id, hidden.id}
    for group, states in GROUPS.items():
        assert {p.state for p in queries.list_proposals(size=50, group=group).rows} == states
    assert set().union(*GROUPS.values()) == set(S) - PRIVATE


@pytest.mark.parametrize("sort", ["new", "due", "seconds"])
def test_every_order_pages_by_key_there_and_back(session, make, sort):
    space = make.space()
    for n in range(10):
        make.proposal(
            space=space,
            state="gathering",
            seconds_count=n % 4,
            due_at=utcnow() + timedelta(days=n % 3),
            published_at=utcnow() - timedelta(days=n % 5),
        )
    rows = session.scalars(sa.select(Proposal)).all()
    keys = {
        "new": lambda p: (p.published_at, p.id),
        "due": lambda p: (p.due_at, p.id),
        "seconds": lambda p: (p.seconds_count, p.id),
    }
    expected = [p.id for p in sorted(rows, key=keys[sort], reverse=sort != "due")]
    assert walk(sort=sort) == expected
    assert [p.id for p in queries.list_proposals(sort=sort, after="nonsense", size=50).rows] == expected


def test_lists_are_narrowed_by_place_theme_space_author_and_words(session, make):
    here, there = make.space(), make.space(place=OTHER_COMMUNITY)
    (one, two) = listed(make, session, "西街口设停车架", "西街口装路灯", space=here, theme="traffic")
    (three,) = listed(make, session, "后海装路灯", space=there, theme="light_and_wires")

    def ids(**given):
        return {p.id for p in queries.list_proposals(**given).rows}

    assert ids(place_code=STREET) == {one.id, two.id, three.id}
    assert ids(place_code=COMMUNITY) == {one.id, two.id}
    assert ids(theme="light_and_wires") == {three.id}
    assert ids(space_id=there.id) == {three.id}
    assert ids(author_id=one.author_id) == {one.id}
    assert ids(text="路灯") == {two.id, three.id}
    assert ids(text="西街 路灯") == {two.id}
    assert ids(text="路灯", place_code=OTHER_COMMUNITY) == {three.id}
    assert ids(text="火箭") == ids(text="？？") == set()
    assert ids(text=" ") == {one.id, two.id, three.id}


def test_while_one_types_the_last_word_may_be_unfinished(session, make):
    (one, two, latin) = listed(make, session, "胡同口安装停车架", "电动自行车集中充电", "Restaurar la plaça Major")
    for typed, found in (
        ("停", [one]),
        ("停车", [one]),
        ("架", [one]),
        ("充", [two]),
        ("充电 自行", [two]),
        ("placa maj", [latin]),
        ("p", [one, two, latin]),
        ("La", []),
        ("pla", [latin]),
        ("restau", [latin]),
        ("电动自行车集中充", [two]),
    ):
        assert {p.id for p in queries.list_proposals(text=typed).rows} == {p.id for p in found}, typed
    for nothing in ("!!", "\x00", "长" * 500):
        assert queries.list_proposals(text=nothing).rows == []


def test_what_the_titles_do_not_say_is_one_step_away_and_words_need_no_opened_filter(client, make):
    page = client.get("/en/proposals/?q=路灯&place=all").text
    assert 'href="/en/search?q=%E8%B7%AF%E7%81%AF"' in page
    assert page.index('name="q"') < page.index("<details")
    assert "filter-panel mb-3\"><summary" in page
    assert "filter-panel mb-3\" open><summary" in client.get("/en/proposals/?sort=due").text
    assert "/en/search?q=" not in client.get("/en/proposals/").text


def test_similar_titles_are_found_nearby_first_in_two_statements(session, make, sql):
    near, far, other = make.space(), make.space(place=DISTRICT), make.space()
    (same,) = listed(make, session, "西街口加装自行车停车架", space=near)
    (wide,) = listed(make, session, "西街口设自行车停车架", space=far)
    listed(make, session, "组织重阳节老人聚餐", space=other)
    listed(make, session, "西街口拆除停车架", space=near, state="draft", published_at=None)
    listed(make, session, "西街口移走停车架", space=near, state="merged")
    with sql() as seen:
        found = queries.similar("西街口设停车架", COMMUNITY)
        assert all(p.author.display_name and p.space.name and p.place.name for p in found)
    assert len(seen) <= 2
    assert [p.id for p in found] == [same.id, wide.id]
    assert [p.id for p in queries.similar("西街口设停车架", COMMUNITY, not_id=same.id)] == [wide.id]
    assert [p.id for p in queries.similar("西街口设停车架", COMMUNITY, limit=1)] == [same.id]
    assert queries.similar("西街口设停车架", "110101001001") == []
    for nothing in ("", "的", "zz", "\x00"):
        assert queries.similar(nothing, COMMUNITY) == []


def test_similar_works_among_imported_proposals(session, make):
    from portal.places.models import Place

    make.places()
    save(Place(code="XBCN1", level="outside", name="Barcelona"))
    save(Place(code="XBCN101", parent_code="XBCN1", level="outside", name="Gràcia"))
    (p,) = listed(make, session, "Restaurar la plaça Major", space=make.space(place="XBCN101"))
    assert [x.id for x in queries.similar("La plaça Major", "XBCN101")] == [p.id]
    assert queries.similar("La plaça Major", COMMUNITY) == []


def test_a_list_and_its_counts_cost_one_statement_each(session, make, sql):
    make.proposal(state="gathering")
    for group in (None, "gathering"):
        with sql() as seen:
            for p in queries.list_proposals(COMMUNITY, group=group).rows:
                assert p.author.display_name
                assert p.ballot is None
        assert len(seen) == 1
    with sql() as seen:
        place_counts.totals(session, "proposal", COMMUNITY)
        place_counts.totals(session, "proposal", "")
    assert len(seen) == 2


def test_counts_are_kept_by_group_and_everywhere(session, make):
    author, staff = make.user(), make.staff()
    for place in (COMMUNITY, OTHER_COMMUNITY):
        p = submitted(author, make.space(place=place))
        service.move(staff, p.id, "pass_review")
    assert (by_group(COMMUNITY)["gathering"], by_group(STREET)["gathering"], by_group("")["all"]) == (1, 2, 2)
    assert by_group("110101")["all"] == 0
    assert place_counts.totals(session, "proposal", COMMUNITY).by_state == {"gathering": 1}


def test_everything_about_one_reader_is_one_statement(session, make, sql):
    p, reader = make.proposal(state="gathering"), make.user()
    service.second(reader, p.id)
    with sql() as seen:
        part = queries.my_part(p, reader)
        assert queries.my_part(p, GUEST) == (None, None, None, None)
    assert len(seen) == 1
    assert (part.second.user_id, part.follows.user_id, part.rating, part.objection) == (
        reader.id,
        reader.id,
        None,
        None,
    )


def test_what_is_not_there_is_not_found(session, make):
    for missing in (
        lambda: queries.get_proposal(999_999),
        lambda: queries.version(1, 999),
        lambda: queries.version(1, 2**40),
        lambda: queries.place_of_finding(999_999),
    ):
        with pytest.raises(NotFound):
            missing()
    assert queries.title_of(999_999) is None


def test_the_desks_show_what_waits_where_one_has_the_role_and_nothing_of_ones_own(session, make, sql):
    staff, elsewhere, chair = make.staff(), make.staff(place=OTHER_COMMUNITY), make.user()
    waiting = make.proposal(state="submitted", due_at=utcnow())
    later = make.proposal(state="submitted", due_at=utcnow() + timedelta(days=1))
    make.proposal(state="submitted", author=staff, due_at=utcnow())
    talk = make.proposal(state="deliberating")
    make.grant(chair, Role.CHAIR, space=talk.space_id)
    assert [p.id for p in queries.desk(staff, "review").rows] == [waiting.id, later.id]
    with sql() as seen:
        waits = queries.desk_counts(staff)
    assert len(seen) == 1
    assert waits == {**dict.fromkeys(queries.DESKS, 0), "review": 2, "talk": 1}
    assert queries.desk_counts(elsewhere) == queries.desk_counts(make.user()) == dict.fromkeys(queries.DESKS, 0)
    assert queries.desk_counts(chair)["talk"] == 1


def test_what_is_on_public_notice_waits_for_staff_once_there_is_something_to_answer(session, make):
    staff, soon = make.staff(), utcnow() + timedelta(days=3)
    make.proposal(state="publicity", due_at=soon, objections_until=soon)
    objected = make.proposal(state="publicity", due_at=soon, objections_until=soon, open_objection_count=1)
    save(Objection(proposal_id=objected.id, author_id=make.user().id, body="挡住消防通道。"))
    mine = make.proposal(state="publicity", due_at=soon, objections_until=soon, open_objection_count=1)
    save(Objection(proposal_id=mine.id, author_id=staff.id, body="挡住我家的门。"))  # a colleague answers that
    over = make.proposal(state="publicity", due_at=soon, objections_until=utcnow() - timedelta(days=1))
    assert {p.id for p in queries.desk(staff, "notice").rows} == {objected.id, over.id}
    assert queries.desk_counts(staff)["notice"] == 2


def test_every_state_stands_at_a_station_and_owes_somebody_something_or_nobody_anything(session, make):
    for state in S:
        p = make.proposal(state=state)
        mini, owed = stations.trace_mini(p, utcnow()), stations.owes(p, utcnow())
        assert 1 <= mini.at <= mini.total == len(STATIONS)
        assert str(mini.label)
        assert str(LABELS[state])
        assert (owed.who is None) == (state in FINAL or state is S.DISPUTED)
        assert (stations.group(state) == "") == (state in PRIVATE)
    assert stations.trace_mini(make.proposal(state="confirmed"), utcnow()).at == 9
    now_called = [make.proposal(state="deliberating"), make.proposal(state="in_progress", accepted_how="street_task"),
                  make.proposal(state="in_progress", accepted_how="case")]  # fmt: skip
    assert [str(stations.trace_mini(p, utcnow()).label) for p in now_called] == ["Deliberation", "Handling", "Case"]
    p = make.proposal(state="accepted", responsible="环卫中心")
    assert stations.owes(p).who == "环卫中心"
    author = make.user()
    p = make.proposal(author, state="publicity", due_at=utcnow() + timedelta(days=20), objections_until=utcnow() - timedelta(days=1),
                      rules=RuleSet(decider="什刹海街道办事处").to_json())  # fmt: skip
    assert stations.owes(p, utcnow()).who == "什刹海街道办事处"
    assert str(stations.trace_mini(p, utcnow()).label) == "Decision"
    assert str(stations.badge(p, utcnow())[0]) == "Waiting for the official answer"
    assert [str(row[2]) for row in subjects._mine(author)] == ["Waiting for the official answer"]


def test_the_terms_follow_the_title(session, make):
    author = make.user()
    p = make.proposal(author=author, state="gathering")
    service.index_title(session, p)
    service.revise(author, p.id, title="后海北沿装路灯", body=p.body, why="换了地方")
    assert set(session.scalars(sa.select(ProposalTerm.term).where(ProposalTerm.proposal_id == p.id))) == set(
        index_terms("后海北沿装路灯")
    )


TITLES = (
    "Carril bici al carrer", "Carril bus", "Bici carril carrer nou", "Busos de nit", "Cap cotxe al barri", "胡同路灯",
    "胡同北口的路灯坏了", "3号楼 路灯",
)  # fmt: skip


@pytest.mark.parametrize("typed", [
    "carril", "carril bi", "carril b", "bici carril", "carril bici c", "bus", "bu", "b", "ca", "cotxe cap", "路", "路灯", "胡同 路",
    "胡同路灯", "3号", "nou carrer bici ca", "nothing at all", "carril carril", "灯 3",
])  # fmt: skip
def test_the_list_has_what_has_all_whole_words_and_one_that_begins_like_the_last(session, make, typed):
    listed(make, session, *TITLES)
    *whole, last = finding.split(typed)

    def fits(title):
        terms = index_terms(title)
        return set(whole) <= set(terms) and any(term.startswith(last) for term in terms)

    expected = {title for title in TITLES if typed == "b" or fits(title)}  # one letter says nothing yet
    assert {p.title for p in queries.list_proposals(text=typed).rows} == expected
