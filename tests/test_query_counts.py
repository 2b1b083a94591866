"""Every list and every detail page sends exactly as many statements for 200 rows as for 20 and for one.

`PAGES` is the table: what grows, the pages that show it, who reads them, and how many statements that may cost at most. A page
that shows no rows stands in `NO_ROWS` with the reason; every address of the portal has to be in one of the two.
"""

import re
from collections import Counter
from datetime import timedelta
from functools import reduce
from operator import and_, or_
from types import SimpleNamespace

import pytest

from portal import db
from portal.accounts.models import Grant, User, Verification
from portal.ballots.models import Elector, Vote
from portal.brands.models import TeamApplication
from portal.conversations.models import Comment, CommentVersion
from portal.moderation.models import Report, Reporter
from portal.notifications.models import Notification
from portal.patrols.models import Finding
from portal.policy import STAFF_ROLES, Role
from portal.proposals.models import Follow, Objection, ProposalVersion, Second
from portal.spaces.models import Invitation, RuleVersion
from tests import factories
from tests.conftest import browser, skip_or_fail
from tests.factories import CITY, COMMUNITY, DISTRICT, STREET
from tests.rows import (
    FIRST,
    NOW,
    RULES,
    cases,
    categories,
    code,
    comments,
    entries,
    grants,
    links,
    nth,
    own,
    patrols,
    people,
    photos,
    places,
    proposals,
    rows,
    spaces,
    teams,
    topics,
    units,
)

READERS = {
    "resident": (901, []),
    "staff": (902, [(role, "place", DISTRICT) for role in sorted(STAFF_ROLES - {Role.UNIT_OFFICER})]),
    "chair": (903, [(Role.CHAIR, "space", str(FIRST))]),
    "lead": (904, [(Role.TEAM_LEAD, "team", str(FIRST))]),
    "officer": (905, [(Role.UNIT_OFFICER, "unit", str(FIRST))]),
    "inspector": (906, [(Role.INSPECTOR, "place", DISTRICT)]),
    "author": (FIRST, []),  # the first neighbour, to whom the first of everything belongs
}
RESIDENT = READERS["resident"][0]


# --- what grows -------------------------------------------------------------------------------------------------------


def districts(lo, hi):
    places(lo, hi, lambda n: f"{CITY}{n + 1000}", CITY, "district")


def streets(lo, hi):
    places(lo, hi, lambda n: f"{DISTRICT}{n + 101}", DISTRICT, "street")
    teams(lo, hi)


def here(lo, hi):
    """Everything there is, in one community."""
    spaces(lo, hi, place_code=COMMUNITY)
    for make in (proposals, cases, patrols):
        make(lo, hi, place_code=COMMUNITY)


def matters(lo, hi):
    """Proposals with votes and cases, cases with photos, patrols: what the home page tells of, and what is searched for."""
    for first, state in ((1000, "voting"), (2000, "confirmed"), (3000, "gathering")):
        proposals(lo, hi, state, first)
    cases(lo, hi)
    links(lo, hi, ("proposal", nth(2000)), ("case", own))
    photos(lo, hi, "case", 6000, purpose="before")
    photos(lo, hi, "case", 7000, purpose="after")
    patrols(lo, hi)
    rows(Elector, lo, hi, ballot_id=own, user_id=RESIDENT, seat=f"u:{RESIDENT}")


def a_proposal(lo, hi):
    """What people add to one proposal, what it came from, and what the ledger says."""
    proposals(0, 1, photo_count=1)
    comments(lo, hi, FIRST)
    topics(lo, hi)
    patrols(lo, hi)
    proposals(lo, hi, "merged", 2000, merged_into_id=FIRST)
    photos(lo, min(hi, 6), "proposal", 6000, FIRST)
    rows(
        ProposalVersion,
        lo,
        hi,
        proposal_id=FIRST,
        number=nth(2),
        title="停车架",
        body=lambda n: f"停满车{n}。",
        written_by=own,
    )
    rows(Second, lo, hi, proposal_id=FIRST, user_id=own, version=1)
    for kind in ("topic", "finding"):
        links(lo, hi, (kind, own), ("proposal", FIRST))
    links(lo, hi, ("proposal", nth(2000)), ("proposal", FIRST))
    entries(lo, hi, "proposal", "proposal.second", 1, str(FIRST))
    entries(lo, hi, "proposal", "proposal.revise", 2001, str(FIRST))


def a_vote(lo, hi):
    """Who may vote on one proposal, who has voted by name, and what is said meanwhile."""
    proposals(0, 1, "voting")
    comments(lo, hi, FIRST)
    rows(Elector, lo, hi, ballot_id=FIRST, user_id=own, seat=lambda n: f"u:{own(n)}")
    rows(Vote, lo, hi, ballot_id=FIRST, seat=lambda n: f"u:{own(n)}", choice="for", cast_by=own, cast_at=NOW)


def a_notice(lo, hi):
    """Objections to one proposal, and what its official answer may choose among."""
    proposals(0, 1, "publicity", objection_count=1, objections_until=NOW - timedelta(days=1))
    comments(lo, hi, FIRST)
    rows(Objection, lo, hi, proposal_id=FIRST, author_id=own, body="挡路")
    categories(lo, hi)
    units(lo, hi)


def the_work(lo, hi):
    """The cases that two proposals became, one under way and one confirmed, and what was done in each."""
    cases(lo, hi, "closed", closed_at=NOW)
    entries(lo, hi, "case", "case.dispatch", 1, nth(FIRST, str))
    for first, state in ((1000, "in_progress"), (2000, "confirmed")):
        proposals(0, 1, state, first)
        links(lo, hi, ("proposal", first), ("case", own))


def a_draft(lo, hi):
    """One draft, much that is like it, and the spaces it may go to."""
    spaces(lo, hi, place_code=STREET)
    proposals(lo, hi, first=2000)
    proposals(0, 1, "draft", place_code=COMMUNITY)
    photos(lo, min(hi, 6), "proposal", 6000, FIRST)


HANDLED = {1000: "closed", 2000: "filed", 3000: "in_handling", 4000: "handled", 5000: "returned"}


def a_case(lo, hi):
    """The log of one case (in each of several states), its photos, what it came from and led to, the units that help."""
    patrols(lo, hi)
    proposals(lo, hi, "done")
    units(lo, hi)
    for first, state in HANDLED.items():
        cases(
            0,
            1,
            state,
            first,
            reporter_id=FIRST,
            closed_at=NOW if state == "closed" else None,
            co_unit_ids=[own(n) for n in range(20)],
        )
        photos(lo, min(hi, 6), "case", 10 * first, first)
        links(lo, hi, ("finding", own), ("case", first))
        links(lo, hi, ("proposal", own), ("case", first))
        entries(lo, hi, "case", "case.dispatch", first, str(first), unit_id=FIRST)


CASE_DESKS = {
    "acceptor": "reported",
    "supervisor": "accepted",
    "dispatcher": "filed",
    "inspector": "handled",
    "command": "suspended",
    "officer": "dispatched",
}


def cases_that_wait(lo, hi):
    """Overdue and supervised at every desk."""
    for rank, state in enumerate(CASE_DESKS.values()):
        over = {"lead_unit_id": FIRST} if state == "dispatched" else {}
        cases(lo, hi, state, 1000 * (rank + 1), verified=True, supervised_level="key", **over)


PROPOSAL_DESKS = {
    "review": "submitted",
    "talk": "deliberating",
    "notice": "publicity",
    "work": "in_progress",
    "rating": "done",
}


def proposals_that_wait(lo, hi):
    for rank, state in enumerate(PROPOSAL_DESKS.values()):
        proposals(lo, hi, state, 1000 * (rank + 1))


def a_space(lo, hi):
    """Its roster, topics, proposals, rules, and who would like to come in."""
    spaces(0, 1)
    grants(lo, hi, "member", "space", str(FIRST))
    topics(lo, hi, FIRST)
    proposals(lo, hi, "voting", space_id=FIRST)
    rows(RuleVersion, lo, hi, space_id=FIRST, version=nth(1), rules=RULES)
    rows(Invitation, lo, hi, space_id=FIRST, user_id=own, role="member", invited_by=own)


def a_topic(lo, hi):
    """What is said in one topic, the answers to its first comment, what that said before, and what came of the topic."""
    topics(0, 1)
    proposals(lo, hi, "voting")
    links(lo, hi, ("topic", FIRST), ("proposal", own))
    comments(lo, hi, FIRST + 5000)
    rows(
        Comment,
        lo,
        hi,
        7000,
        thread_id=FIRST + 5000,
        parent_id=FIRST,
        author_id=own,
        body="也赞成",
        html="<p>也赞成</p>",
    )
    rows(CommentVersion, lo, hi, comment_id=FIRST, body=lambda n: f"从前{n}")


def a_team(lo, hi):
    """Its members, who would like to be one, its patrols, and those that wait."""
    patrols(lo, hi, team_id=FIRST)
    patrols(lo, hi, "submitted", 2000, team_id=FIRST)
    grants(lo, hi, "volunteer", "team", str(FIRST))
    rows(TeamApplication, lo, hi, team_id=FIRST, user_id=own, kind="ask", note="想参加", made_by=own)


def teams_of_a_brand(lo, hi):
    teams(lo, hi, brand_id=FIRST)


def of_a_volunteer(lo, hi):
    """One person's teams (two at least, so that one has to be chosen) and patrols that are not finished."""
    teams(0, 2, place_code=STREET)
    grants(0, 2, "volunteer", "team", nth(FIRST, str), RESIDENT)
    patrols(lo, hi, "returned", volunteer_id=RESIDENT)
    grants(lo, hi, "volunteer", "team", nth(FIRST, str), RESIDENT)


def a_patrol(lo, hi):
    """What was found on one patrol (one that is confirmed, one that is being written), and what became of it."""
    people(lo, hi)
    categories(lo, hi)
    cases(lo, hi)
    proposals(lo, hi)
    for first, state in ((1000, "confirmed"), (2000, "returned")):
        patrols(0, 1, state, first, confirmed_by=FIRST)
        rows(Finding, lo, hi, first + 2000, patrol_id=first, category_id=own, item=1, where="柳荫街")
        photos(lo, hi, "finding", first + 2000, nth(first + 2000))
        for kind in ("case", "proposal"):
            links(lo, hi, ("finding", nth(first + 2000)), (kind, own))


def reports_of_a_kind(lo, hi):
    """Open cases of one kind in one place, the communities of its street, and the categories there are."""
    cases(lo, hi, category_id=FIRST, place_code=code(0))


def of_mine(lo, hi):
    """What one's own page tells of, with roles on things of every kind."""
    proposals(lo, hi, author_id=RESIDENT)
    proposals(lo, hi, "voting", 2000)
    rows(Follow, lo, hi, proposal_id=nth(2000), user_id=RESIDENT)
    cases(lo, hi, reporter_id=RESIDENT)
    patrols(lo, hi, "submitted", volunteer_id=RESIDENT)
    for rank, (role, kind, ref) in enumerate(
        (
            ("inspector", "place", code),
            ("member", "space", None),
            ("team_lead", "team", None),
            ("unit_officer", "unit", None),
        )
    ):
        grants(lo, hi, role, kind, ref or nth(FIRST, str), RESIDENT, 1000 * (rank + 1))
    rows(Invitation, lo, hi, space_id=own, user_id=RESIDENT, role="member", invited_by=own)
    rows(TeamApplication, lo, hi, team_id=own, user_id=RESIDENT, kind="invite", made_by=own)
    rows(
        Notification,
        lo,
        hi,
        user_id=RESIDENT,
        kind="role.given",
        params={"role": "member", "title": "停车架"},
        url="/me/",
        key=str,
        is_task=True,
    )


def wishes(lo, hi):
    """To be confirmed as a resident."""
    people(lo, hi)
    places(lo, hi)
    rows(Verification, lo, hi, user_id=own, place_code=code, real_name="王小明")


REPORTABLE = {"comment": nth(2000), "topic": own, "proposal": own, "objection": own, "finding": own, "case": own}


def reports(lo, hi, state):
    """Of all kinds of things, by turns, so that a page has some of each however many there are."""
    proposals(lo, hi)
    topics(lo, hi)
    cases(lo, hi)
    patrols(lo, hi)
    rows(Comment, lo, hi, 2000, thread_id=own, author_id=own, body="骂人", html="<p>骂人</p>")
    rows(Objection, lo, hi, proposal_id=own, author_id=own, body="挡路")
    for rank, (kind, ident) in enumerate(REPORTABLE.items()):
        turn = lambda n, rank=rank: 2000 + len(REPORTABLE) * n + rank  # noqa: E731
        rows(Report, lo, hi, id=turn, subject_kind=kind, subject_id=ident, place_code=code, author_id=own, state=state, reasons={"off_topic": 1},
             opened_at=earlier, decided_at=NOW)  # fmt: skip
        rows(Reporter, lo, hi, report_id=turn, user_id=own, reason="off_topic")


def earlier(n):
    return NOW - timedelta(days=1) + timedelta(minutes=n)


def to_review(lo, hi):
    """Comments, reports and proposals that wait, by turns; and wishes of residents."""
    reports(lo, hi, "reported")
    comments(lo, hi, nth(6000), state="waiting", created_at=earlier)
    proposals(lo, hi, "submitted", 3000, submitted_at=earlier)
    wishes(lo, hi)


def hidden(lo, hi):
    reports(lo, hi, "hidden")


def roles_here(lo, hi):
    """Roles on places, spaces, teams and units by turns."""
    spaces(lo, hi)
    teams(lo, hi)
    units(lo, hi)
    for rank, (role, kind, ref) in enumerate(
        (
            ("moderator", "place", code),
            ("member", "space", None),
            ("volunteer", "team", None),
            ("unit_officer", "unit", None),
        )
    ):
        people(lo, hi)
        rows(
            Grant,
            lo,
            hi,
            id=lambda n, rank=rank: 2000 + 4 * n + rank,
            user_id=own,
            role=role,
            on_kind=kind,
            on_ref=ref or nth(FIRST, str),
        )


# --- the table --------------------------------------------------------------------------------------------------------


class Page:
    """An address; who reads it → at most how many statements that may cost; what is sent along. A page that only says how many
    rows there are does not get longer with them."""

    def __init__(self, url: str, most: dict[str, int], headers: dict[str, str] | None = None, *, only_counts=False):
        self.url, self.most, self.headers, self.only_counts = url, most, headers or {}, only_counts


def at_most(n: int, *readers: str) -> dict[str, int]:
    return dict.fromkeys(readers, n)


LIST, DETAIL = {"guest": 5, "resident": 10}, {"guest": 8, "resident": 12}
VARIANT, TYPED = (
    {"guest": 5},
    {"HX-Request": "true"},
)  # of a list that stands there for both; as it answers while somebody types
NUMBER = {state: f"2026{first:08}" for first, state in HANDLED.items()}
PAGES = {
    districts: [Page("/places/", LIST), Page("/places/choose", LIST), Page(f"/places/{CITY}", at_most(8, "guest"))],
    streets: [Page(f"/places/{DISTRICT}", at_most(8, "guest")), Page(f"/places/?under={DISTRICT}", VARIANT), Page("/teams/new", at_most(12, "staff"))],
    here: [Page(f"/places/{COMMUNITY}", at_most(8, "guest"))],
    matters: [
        Page("/", LIST), Page(f"/places/{STREET}", DETAIL),
        Page(f"/places/?under={STREET}", VARIANT), Page(f"/places/choose?under={STREET}", VARIANT), Page("/places/choose?q=柳荫", LIST),
        Page("/places/choose?q=liuyin 什刹海", VARIANT, TYPED), Page(f"/places/meant?place_code=柳荫&under={STREET}", LIST),
        Page("/search?q=停车", LIST), Page("/search?q=停车", VARIANT, TYPED),
        *(Page(f"/search?q={words}&kind={kind}", VARIANT)
          for kind, words in (("proposals", "停车"), ("cases", "停车"), ("spaces", "柳荫"), ("places", "柳荫"))),
        Page(f"/proposals/?place={STREET}", LIST), Page(f"/proposals/?place={STREET}&sort=due&state=voting", VARIANT),
        Page("/proposals/?place=all&q=停车", VARIANT, TYPED), Page(f"/proposals/similar?title=停车架&place={STREET}", LIST),
        Page("/proposals/new?q=柳荫", at_most(12, "resident")),
        Page(f"/cases/?place={STREET}", LIST), Page(f"/cases/?place={STREET}&group=overdue&q=停车", VARIANT),
        Page("/spaces/?place=all", LIST), Page(f"/spaces/?place={STREET}&kind=forum", VARIANT),
        Page("/brands/", LIST), Page("/patrols/", LIST), Page(f"/patrols/?place={STREET}", VARIANT),
    ],
    a_proposal: [
        Page(f"/proposals/{FIRST}", DETAIL | at_most(12, "staff")), Page(f"/proposals/{FIRST}/versions", DETAIL),
        Page(f"/proposals/{FIRST}/trace", DETAIL), Page(f"/proposals/{FIRST}/trace.json", DETAIL),
    ],
    a_vote: [Page(f"/proposals/{FIRST}", at_most(8, "guest") | at_most(12, "author")), Page(f"/ballots/{FIRST}", DETAIL | at_most(12, "author"))],
    a_notice: [
        Page(f"/proposals/{FIRST}", DETAIL), Page(f"/staff/proposals/{FIRST}", at_most(12, "staff")),
    ],
    the_work: [
        Page("/proposals/1000", DETAIL), Page("/proposals/2000", at_most(8, "guest")), Page("/staff/proposals/1000", at_most(12, "staff")),
        Page("/proposals/1000/trace", at_most(8, "guest")), Page("/proposals/1000/trace.json", at_most(8, "guest")),
    ],
    a_draft: [
        Page(f"/proposals/new?place={COMMUNITY}", at_most(12, "resident")),
        *(Page(f"/proposals/{FIRST}/{step}", at_most(12, "author")) for step in ("place", "draft", "check")),
    ],
    proposals_that_wait: [
        *(Page(f"/staff/proposals?show={show}", at_most(10, "staff")) for show in PROPOSAL_DESKS),
        *(Page(f"/staff/proposals/{1000 * n}", at_most(12, "staff")) for n in (1, 2)),
    ],
    a_case: [
        Page(f"/cases/{NUMBER['closed']}", DETAIL | at_most(12, "author", "officer")), Page(f"/en/cases/{NUMBER['closed']}", at_most(8, "guest")),
        *(Page(f"/staff/cases/{NUMBER[state]}", at_most(12, who)) for state, who in (("in_handling", "officer"), ("handled", "inspector"))),
        *(Page(f"/staff/cases/{NUMBER[state]}", at_most(13, "staff")) for state in ("filed", "returned")),  # here units are chosen among
    ],
    cases_that_wait: [
        *(Page(f"/staff/cases?desk={desk}", at_most(10, "staff")) for desk in ("mine", *CASE_DESKS, "overdue", "supervised", "all") if desk != "officer"),
        Page("/staff/cases", at_most(10, "officer", "inspector")),
    ],
    reports_of_a_kind: [Page("/cases/new", at_most(12, "resident")), Page(f"/cases/new?category={FIRST}&place={code(0)}", at_most(12, "resident"))],
    a_space: [
        Page(f"/spaces/{FIRST}", DETAIL | at_most(12, "chair")), Page(f"/spaces/{FIRST}/members", LIST | at_most(10, "chair")),
        Page(f"/spaces/{FIRST}/topics", LIST), Page(f"/spaces/{FIRST}/rules", LIST), Page(f"/staff/roles?on=/spaces/{FIRST}", at_most(10, "staff")),
    ],
    a_topic: [Page(f"/topics/{FIRST}", DETAIL | at_most(12, "staff")), Page(f"/comments/{FIRST}", DETAIL), Page(f"/comments/{FIRST}/versions", DETAIL)],
    a_team: [Page(f"/teams/{FIRST}", DETAIL | at_most(12, "lead", "staff")), Page("/brands/brand0", DETAIL), Page(f"/patrols/?team={FIRST}", VARIANT)],
    teams_of_a_brand: [Page("/brands/brand0", at_most(8, "guest"))],
    of_a_volunteer: [
        Page("/brands/", at_most(10, "resident")), Page("/patrols/mine", at_most(10, "resident")), Page("/patrols/new", at_most(12, "resident")),
        *(Page(f"/patrols/{way}?team={FIRST}", at_most(12, "resident")) for way in ("new", "log")),
    ],
    a_patrol: [
        Page("/patrols/1000", at_most(8, "guest") | at_most(12, "lead")), Page("/patrols/2000", at_most(12, "author")),
        Page("/patrols/2000/end", at_most(12, "author"), only_counts=True), Page("/patrols/2000/findings/new", at_most(12, "author")),
    ],
    of_mine: [
        Page("/me/", at_most(14, "resident")),  # a statement for each of the four kinds of thing on which there are roles
        Page("/notifications/", at_most(10, "resident")), Page("/notifications/?show=tasks", at_most(10, "resident")),
    ],
    wishes: [Page("/staff/residents", at_most(10, "staff"))],
    to_review: [
        Page("/staff/", at_most(12, "staff"), only_counts=True),
        # a statement for each of the six kinds of thing that can be reported, and for what the comments are about
        Page("/staff/review", at_most(18, "staff")), Page("/staff/review?show=reports", at_most(16, "staff")),
        Page("/staff/review?show=comments", at_most(10, "staff")),
    ],
    hidden: [Page("/staff/review?show=hidden", at_most(15, "staff"))],
    roles_here: [Page("/staff/roles", at_most(10, "staff"))],
    categories: [Page("/staff/categories", at_most(10, "staff"))],
}  # fmt: skip

NO_ROWS = {
    **dict.fromkeys(("accounts.change_password", "accounts.name", "accounts.phone", "accounts.password", "accounts.register", "accounts.reset",
                     "accounts.sign_in", "spaces.edit", "spaces.edit_rules", "spaces.invite", "spaces.leave", "spaces.new", "spaces.new_topic"), "a form"),
    **dict.fromkeys(("brands.close", "brands.leave", "brands.remove", "cases.withdraw", "conversations.edit", "moderation.report", "proposals.edit", "proposals.withdraw", "spaces.invitation", "spaces.member",
                     "staff.cases_supervise", "staff.proposals_answer_check", "staff.residents_move", "staff.residents_person", "staff.residents_show", "staff.review_hide",
                     "staff.roles_end"), "one thing and a question about it"),
    **dict.fromkeys(("accounts.privacy", "accounts.verify", "ballots.check", "ballots.receipt", "proposals.sent"), "one thing of one's own"),
    **dict.fromkeys(("home.elder", "home.theme", "home.page", "home.robots", "home.healthz", "home.readyz", "home.photo", "static", "gallery.show"),
                    "asks for nothing that grows"),
}  # fmt: skip


# --- the tests --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def town(request, engines, _app):
    """The readers and where they live, made once an engine, on a connection whose transaction is thrown away."""
    if engines[request.param] is None:
        skip_or_fail("PostgreSQL is not reachable (PORTAL_TEST_POSTGRES); its half of the tests did not run.")
    connection = engines[request.param].connect().execution_options(**db.writing(engines[request.param]))
    outer = connection.begin()
    db.Session.remove()
    db.Session.configure(bind=connection, join_transaction_mode="create_savepoint")
    factories.make_places()
    for name, (ident, roles) in READERS.items():
        if ident < FIRST:
            rows(User, 0, 1, ident, username=name, display_name=name, level=3, home_code=COMMUNITY)
            for n, (role, kind, ref) in enumerate(roles):
                rows(
                    Grant,
                    0,
                    1,
                    100 * (ident - 900) + n,
                    user_id=ident,
                    role=role,
                    on_kind=kind,
                    on_ref=ref,
                    starts_at=NOW - timedelta(days=1),
                )
    db.Session().commit()
    yield connection
    db.Session.remove()
    outer.rollback()
    connection.close()


@pytest.fixture
def read(town, _app):
    """`read("staff", page)`: the page as that reader sees it on a first visit. What a test makes is gone when it is over."""
    db.Session.remove()
    savepoint = town.begin_nested()

    def reading(who, page):
        client = browser(_app)
        if who != "guest":
            client.sign_in(SimpleNamespace(get_id=lambda: f"{READERS[who][0]}.0"))
        return client.get(page.url, headers=page.headers)

    yield reading
    db.Session.remove()
    savepoint.rollback()


@pytest.mark.parametrize("grow", PAGES, ids=lambda grow: grow.__name__)
def test_pages_cost_the_same_with_1_20_and_200_rows(grow, read, sql):
    seen: dict[tuple, list[list[str]]] = {}
    sizes: dict[tuple, list[int]] = {}
    for lo, hi in ((0, 1), (1, 20), (20, 200)):
        grow(lo, hi)
        db.Session().commit()
        for page in PAGES[grow]:
            for who in page.most:
                with sql() as statements:
                    answer = read(who, page)
                assert answer.status_code == 200, (page.url, who, answer.status, answer.location)
                seen.setdefault((page, who), []).append(statements)
                sizes.setdefault((page, who), []).append(len(answer.data))
    for (page, who), costs in seen.items():
        n = [len(statements) for statements in costs]
        assert len(set(n)) == 1, (page.url, who, n, "differ in", differences(*costs))
        assert n[0] <= page.most[who], (page.url, who, costs[-1])
    for (page, who), (one, twenty, _) in sizes.items():
        assert page.only_counts or one + 100 < twenty, (page.url, who, "does not show what grows")


def differences(*costs):
    """The statements that are not sent every time, without the lists of their values."""
    told = [Counter(re.sub(r"IN \(.*?\)", "IN (…)", statement) for statement in statements) for statements in costs]
    return list(reduce(or_, told) - reduce(and_, told))


def test_every_address_is_in_the_table_or_shows_no_rows(_app):
    routes = _app.url_map.bind("localhost")
    counted = {
        routes.match(page.url.removeprefix("/en").partition("?")[0])[0] for pages in PAGES.values() for page in pages
    }
    answered = {rule.endpoint for rule in _app.url_map.iter_rules() if "GET" in rule.methods}
    assert not answered - counted - NO_ROWS.keys(), "neither in PAGES nor in NO_ROWS"
    assert not NO_ROWS.keys() - (answered - counted), "no address, or one that is counted"
