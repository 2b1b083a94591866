"""Many rows at once, for tests of what a page costs: the n-th of anything has the id FIRST + n and belongs to the n-th neighbour,
space, place, … Each function makes the rows from the lo-th up to the hi-th, unless they are there, and what they need."""

from datetime import timedelta

from portal import db
from portal.accounts.models import Grant, User
from portal.audit import Entry
from portal.ballots.models import Ballot
from portal.brands.models import Brand, Team
from portal.cases.models import Case, CaseTerm
from portal.categories.models import Category
from portal.clock import utcnow
from portal.conversations.models import Comment, Thread
from portal.files import Photo
from portal.links import Link
from portal.patrols.models import Finding, Patrol
from portal.places import finding
from portal.places.models import Place, PlaceCount, PlaceTerm
from portal.proposals.models import Proposal, ProposalTerm, ProposalVersion
from portal.spaces.models import Space, Topic
from portal.spaces.rules import Results, RuleSet
from portal.text.terms import index_terms
from portal.units.models import Unit
from tests.factories import COMMUNITY, STREET

FIRST = 1000
NOW = utcnow()
RULES = RuleSet(seconds_needed=5, secret=False, results=Results.LIVE).to_json()


def rows(model, lo: int, hi: int, first: int = FIRST, **values) -> None:
    """Rows of one table; a value may be a function of the row's number."""
    session, numbered = db.Session(), "id" in model.__table__.c and "id" not in values
    if numbered:
        made = session.info.setdefault("made", set())  # as long as this session, which is that of one test
        if (model, lo, hi, first) in made:
            return
        made.add((model, lo, hi, first))
        values = {"id": nth(first)} | values
    db.insert_new(session, model, [{k: v(n) if callable(v) else v for k, v in values.items()} for n in range(lo, hi)])


def nth(first: int, kind=int):
    """The n-th after the first; `str` where a reference is a text."""
    return lambda n: kind(first + n)


own = nth(FIRST)


def code(n: int) -> str:
    return f"{STREET}{n + 101}"


def people(lo, hi):
    rows(
        User,
        lo,
        hi,
        username=lambda n: f"neighbour{n}",
        display_name=lambda n: f"街坊{n}",
        level=3,
        home_code=COMMUNITY,
    )


def places(lo, hi, code=code, parent=STREET, level="community"):
    rows(Place, lo, hi, code=code, parent_code=parent, level=level, name=lambda n: f"柳荫社区{n}", pinyin="Liuyin")
    rank = 2 * finding.RANKS.index(level) if level in finding.RANKS else 9
    rows(PlaceTerm, lo, hi, place_code=code, term="liuyin", rank=rank)
    rows(PlaceTerm, lo, hi, place_code=code, term=lambda n: f"柳荫社区{n}", rank=rank)
    rows(PlaceCount, lo, hi, place_code=code, kind="case", state="filed", n=1)


def spaces(lo, hi, **over):
    places(lo, hi)
    rows(
        Space,
        lo,
        hi,
        **{"kind": "forum", "name": lambda n: f"柳荫议事厅{n}", "place_code": code, "rules": RULES} | over,
    )


def units(lo, hi):
    rows(Unit, lo, hi, name=lambda n: f"环卫所{n}", kind="department", trade="SAN", place_code=STREET)


def categories(lo, hi):
    rows(Category, lo, hi, family="E", code=str, name=lambda n: f"暴露垃圾{n}", name_en="Litter", identifier=lambda n: f"litter{n}", theme="hygiene",
         lead_trades=["SAN"], limit_value=4, limit_unit="work_hour")  # fmt: skip


def photos(lo, hi, kind, first=FIRST, owner=own, purpose=""):
    """Each thing has at most a handful of its own: give `hi` accordingly where one thing owns them all."""
    rows(
        Photo,
        lo,
        hi,
        first,
        key=lambda n: f"{kind}{first + n}",
        owner_kind=kind,
        owner_id=owner,
        purpose=purpose,
        width=640,
        height=480,
        widths=[320, 640],
    )


def links(lo, hi, source, target):
    """From the n-th of one kind to the n-th of another; an end is ("finding", own) or ("case", 1000)."""
    (from_kind, from_id), (to_kind, to_id) = source, target
    rows(Link, lo, hi, from_kind=from_kind, from_id=from_id, to_kind=to_kind, to_id=to_id)


def entries(lo, hi, kind, action, first, of, **details):
    """Of the ledger; their chain is not a true one."""
    rows(Entry, lo, hi, seq=nth(first), at=NOW, actor_kind="user", actor_id=own, action=action, subject_kind=kind, subject_id=of, details=details,
         prev_hash="", hash="0" * 64)  # fmt: skip


def grants(lo, hi, role, kind, ref, user=own, first=FIRST):
    people(lo, hi)
    rows(Grant, lo, hi, first, user_id=user, role=role, on_kind=kind, on_ref=ref, starts_at=NOW - timedelta(days=1))


def topics(lo, hi, space=own):
    """Each with its thread, whose id is that of the topic and 5000."""
    people(lo, hi)
    spaces(lo, hi)
    rows(Thread, lo, hi, FIRST + 5000, subject_kind="topic", subject_id=own, place_code=code, space_id=space)
    rows(Topic, lo, hi, space_id=space, author_id=own, title=lambda n: f"胡同怎么停车{n}", thread_id=nth(FIRST + 5000))


def comments(lo, hi, thread, **over):
    """Each with an answer of its own."""
    people(lo, hi)
    said = {"thread_id": thread, "author_id": own, "body": "赞成", "html": "<p>赞成</p>"} | over
    rows(Comment, lo, hi, reply_count=1, **said)
    rows(Comment, lo, hi, 5000, parent_id=own, **said)


def proposals(lo, hi, state="gathering", first=FIRST, **over):
    """Each with its thread and its ballot, which have the same id."""
    people(lo, hi)
    spaces(lo, hi)
    mine = nth(first)
    rows(Thread, lo, hi, first, subject_kind="proposal", subject_id=mine, place_code=code, space_id=own)
    rows(Ballot, lo, hi, first, subject_kind="proposal", subject_id=mine, space_id=own, place_code=code, question="停车架", state="open", rules=RULES,
         opens_at=NOW - timedelta(hours=1), closes_at=NOW + timedelta(days=7), eligible_count=300, for_count=2)  # fmt: skip
    values = {"space_id": own, "place_code": code, "author_id": own, "theme": "traffic", "title": lambda n: f"停车架{n}", "where": "西街口", "body": "停满车。",
              "state": state, "rules": RULES, "submitted_at": NOW, "due_at": NOW + timedelta(days=3), "done_at": NOW, "answered_at": NOW,
              "published_at": None if state in ("draft", "submitted") else NOW, "thread_id": mine,
              "ballot_id": mine if state in ("voting", "publicity", "in_progress", "confirmed") else None}  # fmt: skip
    rows(Proposal, lo, hi, first, **values | over)
    rows(ProposalVersion, lo, hi, proposal_id=mine, number=1, title="停车架", body="停满车。")
    for term in index_terms("停车架"):
        rows(ProposalTerm, lo, hi, proposal_id=mine, term=term)


def cases(lo, hi, state="reported", first=FIRST, **over):
    people(lo, hi)
    places(lo, hi)
    categories(lo, hi)
    units(lo, hi)
    values = {"number": lambda n: f"2026{first + n:08}", "title": lambda n: f"停车占道{n}", "category_id": own, "place_code": code, "source": lambda n: ("superior", "resident")[n % 2],
              "state": state, "lead_unit_id": own, "co_unit_ids": [], "due_at": NOW - timedelta(days=1), "accepted_at": NOW}  # fmt: skip
    rows(Case, lo, hi, first, **values | over)
    for term in index_terms("停车占道"):
        rows(CaseTerm, lo, hi, case_id=lambda n: first + n, term=term)


def teams(lo, hi, **over):
    places(lo, hi)
    rows(
        Brand,
        lo,
        hi,
        slug=lambda n: f"brand{n}",
        name=lambda n: f"柳荫大妈{n}",
        name_en="Aunties",
        place_code=code,
        kind="volunteer",
        duties=["patrol"],
    )
    rows(Team, lo, hi, **{"brand_id": own, "place_code": code, "name": lambda n: f"柳荫队{n}"} | over)


def patrols(lo, hi, state="confirmed", first=FIRST, **over):
    """Each with a finding, which has the same id, and its photo."""
    people(lo, hi)
    teams(lo, hi)
    categories(lo, hi)
    values = {"team_id": own, "volunteer_id": own, "place_code": code, "lane": lambda n: f"柳荫街{n}", "state": state, "checklist": {"1": "ok"}, "by_hand": [],
              "ended_at": NOW, "submitted_at": NOW}  # fmt: skip
    rows(Patrol, lo, hi, first, **values | over)
    rows(Finding, lo, hi, first, patrol_id=nth(first), category_id=own, where=lambda n: f"柳荫街{n}号")
    photos(lo, hi, "finding", first, nth(first))
