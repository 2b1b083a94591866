"""One function per thing; every argument has a default. Each commits, so that a refused service cannot wipe it."""

import itertools
from datetime import timedelta

from portal import db
from portal.accounts.models import Grant, User
from portal.ballots.models import Ballot
from portal.ballots.states import BallotState
from portal.brands.models import Brand, BrandKind, Team
from portal.cases.models import Case, CaseTerm
from portal.cases.states import CaseSource, CaseState
from portal.categories.models import Category, Family, LimitUnit, Theme
from portal.clock import utcnow
from portal.conversations.models import Comment, Thread
from portal.patrols.models import Finding, Patrol
from portal.places import finding
from portal.places.models import Place, PlaceLevel
from portal.policy import Level, Role
from portal.proposals.models import Proposal, ProposalVersion
from portal.proposals.states import ProposalState
from portal.spaces.models import RuleVersion, Space, SpaceKind, Topic
from portal.spaces.rules import RuleSet
from portal.text.terms import index_terms
from portal.units.models import Unit, UnitKind

serial = itertools.count(1)
COMMUNITY, OTHER_COMMUNITY = "110102003001", "110102003002"
STREET, DISTRICT, CITY = "110102003", "110102", "11"


def save(*things):
    with db.transaction() as session:
        session.add_all(things)
        session.flush()
    return things[0] if len(things) == 1 else things


def make_places():
    """北京市 › 西城区 › 什刹海街道 › two communities, once a test."""
    if db.Session().get(Place, COMMUNITY) is not None:
        return
    with db.transaction() as session:
        for code, parent, level, name, pinyin, initials in (
            (CITY, None, PlaceLevel.CITY, "北京市", "Beijing", "bjs"),
            (DISTRICT, CITY, PlaceLevel.DISTRICT, "西城区", "Xicheng", "xcq"),
            (STREET, DISTRICT, PlaceLevel.STREET, "什刹海街道", "Shichahai", "schjd"),
            (COMMUNITY, STREET, PlaceLevel.COMMUNITY, "前海社区", "Qianhai", "qhsq"),
            (OTHER_COMMUNITY, STREET, PlaceLevel.COMMUNITY, "后海社区", "Houhai", "hhsq"),
        ):
            place = Place(code=code, parent_code=parent, level=level, name=name, pinyin=pinyin, initials=initials)
            session.add(place)
            session.flush()
            finding.write(session, [place])


def make_user(level=Level.RESIDENT, home=COMMUNITY, **over):
    """A confirmed resident of 前海社区 unless told otherwise."""
    make_places()
    n = next(serial)
    return save(
        User(**{"username": f"user{n}", "display_name": f"邻居{n}", "level": int(level), "home_code": home} | over)
    )


def make_grant(user, role, *, place=None, space=None, team=None, unit=None, **over):
    """Give a role on a place code, a space, a team or a unit (objects or ids)."""
    grant = save(_grant(role, place=place, space=space, team=team, unit=unit, user_id=user.id, **over))
    db.Session().refresh(user, ["grants"])
    return grant


def _grant(role, *, place=None, space=None, team=None, unit=None, **over):
    kind, ref = next(
        (k, v) for k, v in (("place", place), ("space", space), ("team", team), ("unit", unit)) if v is not None
    )
    ref = getattr(ref, "code", None) or getattr(ref, "id", ref)
    return Grant(
        **{"role": role, "on_kind": kind, "on_ref": str(ref), "starts_at": utcnow() - timedelta(days=1)} | over
    )


def make_staff(*roles, place=STREET, unit=None, **over):
    """Somebody with these staff roles on 什刹海街道 (unit officers: on the unit)."""
    grants = [
        _grant(role, **({"unit": unit} if role is Role.UNIT_OFFICER and unit else {"place": place}))
        for role in roles or (Role.MODERATOR,)
    ]
    return make_user(grants=grants, **over)


def make_space(kind=SpaceKind.COUNCIL, place=COMMUNITY, rules=None, **over):
    make_places()
    rules = (rules or RuleSet(seconds_needed=2)).to_json()
    space = save(
        Space(**{"kind": kind, "name": f"前海社区理事会{next(serial)}", "place_code": place, "rules": rules} | over)
    )
    save(RuleVersion(space_id=space.id, version=1, rules=rules))
    return space


def make_thread(kind="topic", subject_id=None, space=None, **over):
    """A thread; one of kind topic has a real topic above it."""
    topic = None
    if kind == "topic" and subject_id is None:
        topic = make_topic(space)
        subject_id = topic.id
    thread = save(Thread(**{"subject_kind": kind, "subject_id": subject_id or next(serial), "space_id": space.id if space else None,
                            "place_code": space.place_code if space else COMMUNITY} | over))  # fmt: skip
    if topic:
        with db.transaction():
            topic.thread_id = thread.id
    return thread


def make_topic(space=None, author=None, **over):
    space, author = space or make_space(), author or make_user()
    return save(Topic(**{"space_id": space.id, "author_id": author.id, "title": "晚上太黑"} | over))


def make_comment(thread=None, author=None, **over):
    thread, author = thread or make_thread(), author or make_user()
    return save(
        Comment(**{"thread_id": thread.id, "author_id": author.id, "body": "赞成", "html": "<p>赞成</p>\n"} | over)
    )


def make_category(**over):
    n = next(serial)
    return save(Category(**{"family": Family.EVENT, "code": f"{n:04}", "name": "暴露垃圾", "name_en": "Exposed litter", "identifier": f"litter{n}",
                            "theme": Theme.HYGIENE, "lead_trades": ["SAN"], "limit_value": 4, "limit_unit": LimitUnit.WORK_HOUR} | over))  # fmt: skip


def make_unit(**over):
    make_places()
    return save(
        Unit(
            **{"name": f"环卫中心{next(serial)}", "kind": UnitKind.DEPARTMENT, "trade": "SAN", "place_code": DISTRICT}
            | over
        )
    )


def make_proposal(author=None, space=None, state="draft", **over):
    """A proposal with its first version and, once public, its thread. Counts of places are not touched."""
    author, space = author or make_user(), space or make_space()
    values = {"space_id": space.id, "place_code": space.place_code, "author_id": author.id, "theme": Theme.TRAFFIC,
              "title": f"在西街口设停车架{next(serial)}", "body": "早晚停满车，轮椅过不去。", "body_html": "<p>早晚停满车，轮椅过不去。</p>\n",
              "state": ProposalState(state), "rules": space.rules, "rules_version": space.rules_version,
              "seconds_needed": 0 if state == "deliberating" else space.rule_set.seconds_needed}  # nobody has seconded it  # fmt: skip
    if state not in ("draft", "submitted", "returned", "refused"):
        values |= {"published_at": utcnow(), "submitted_at": utcnow(), "due_at": utcnow() + timedelta(days=7)}
    proposal = save(Proposal(**values | over))
    save(
        ProposalVersion(
            proposal_id=proposal.id, number=1, title=proposal.title, body=proposal.body, written_by=author.id
        )
    )
    if proposal.published_at:
        with db.transaction():
            proposal.thread_id = make_thread("proposal", proposal.id, space).id
    return proposal


def make_ballot(proposal=None, space=None, state=BallotState.ANNOUNCED, **over):
    proposal = proposal or make_proposal(space=space, state="voting")
    now = utcnow()
    return save(Ballot(**{"subject_kind": "proposal", "subject_id": proposal.id, "space_id": proposal.space_id, "place_code": proposal.place_code,
                          "question": proposal.title, "state": BallotState(state), "rules": proposal.rules, "opens_at": now - timedelta(hours=1),
                          "closes_at": now + timedelta(days=7)} | over))  # fmt: skip


def make_brand(**over):
    make_places()
    n = next(serial)
    return save(Brand(**{"slug": f"brand{n}", "name": "西城大妈", "name_en": "Xicheng Aunties", "place_code": DISTRICT, "kind": BrandKind.VOLUNTEER,
                         "duties": ["patrol"]} | over))  # fmt: skip


def make_team(brand=None, **over):
    brand = brand or make_brand()
    return save(Team(**{"brand_id": brand.id, "place_code": STREET, "name": f"什刹海队{next(serial)}"} | over))


def make_patrol(volunteer=None, team=None, **over):
    team = team or make_team()
    volunteer = volunteer or make_user()
    return save(Patrol(**{"team_id": team.id, "volunteer_id": volunteer.id, "place_code": COMMUNITY, "lane": "前海北沿",
                          "checklist": {str(n): "ok" for n in range(1, 11)}, "by_hand": []} | over))  # fmt: skip


def make_finding(patrol=None, **over):
    patrol = patrol or make_patrol()
    return save(Finding(**{"patrol_id": patrol.id, "where": "前海北沿 12 号门口", "note": "垃圾暴露"} | over))


def make_case(reporter=None, category=None, state="reported", **over):
    make_places()
    category = category or make_category()
    case = save(Case(**{"number": f"2026{next(serial):08}", "title": "垃圾无人清运", "description": "三天没清。", "category_id": category.id,
                        "place_code": COMMUNITY, "source": CaseSource.RESIDENT, "reporter_id": reporter.id if reporter else None, "state": CaseState(state),
                        "co_unit_ids": []} | over))  # fmt: skip
    if terms := index_terms(f"{case.title} {case.where or ''}"):
        save(*(CaseTerm(term=term, case_id=case.id) for term in terms))
    return case
