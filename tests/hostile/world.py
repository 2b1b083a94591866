"""A small neighbourhood with one of everything, in every state, for whoever wants to break in.

What nobody but its owner (and the desk) may read carries a marker word; what is meant for everybody does not.
"""

from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

from portal import audit, db, links
from portal.accounts.models import Verification
from portal.ballots.models import Elector
from portal.ballots.states import BallotState
from portal.brands.models import ApplicationKind, TeamApplication
from portal.cases.models import CaseSerial
from portal.cases.states import CaseState
from portal.clock import today, utcnow
from portal.conversations.models import CommentState, CommentVersion
from portal.files.models import Photo
from portal.moderation.models import HideReason, Report, Reporter
from portal.notifications.models import Notification
from portal.patrols.models import Outcome
from portal.patrols.states import PatrolState
from portal.places.models import PlaceCount
from portal.policy import SYSTEM, Level, Role
from portal.proposals.models import Follow, Objection, Second
from portal.proposals.states import ProposalState
from portal.spaces.models import Invitation, Topic
from portal.spaces.rules import RuleSet
from tests import factories as f
from tests.conftest import browser

PHONE, REAL_NAME, HOUSEHOLD, BUILDING = "+8613900008888", "欧阳暗号", "户口暗号77", "楼栋暗号66"
OWN = "欧阳旁白"  # in words that only their owner and the desk may read
HIDDEN = "遮住旁白"  # in words that were hidden
PERSONAL = (PHONE, PHONE[3:], REAL_NAME, HOUSEHOLD, BUILDING)
STAFF = (Role.MODERATOR, Role.ACCEPTOR, Role.SHIFT_SUPERVISOR, Role.DISPATCHER, Role.COMMAND_LEAD, Role.INSPECTOR, Role.EVALUATOR,
         Role.PLACE_ADMIN)  # fmt: skip
RULES = RuleSet(seconds_needed=2)


def build() -> SimpleNamespace:
    """Everybody and everything; all of it committed into the transaction of the test."""
    w = SimpleNamespace()
    w.people = _people()
    _rooms(w)
    _proposals(w)
    _walks(w)
    _cases(w)
    _desk(w)
    w.ids = {
        "proposal": [p.id for p in w.proposals.values()], "ballot": [b.id for b in w.ballots], "space": [w.space.id, w.members_space.id],
        "topic": [w.topic.id, w.closed_topic.id, w.hidden_topic.id], "thread": [w.thread.id], "comment": [c.id for c in w.comments.values()],
        "patrol": [p.id for p in w.patrols.values()], "finding": [w.finding.id, w.hidden_finding.id, w.loose_finding.id], "team": [w.team.id],
        "notification": [n.id for n in w.notices], "report": [w.report.id, w.hidden_report.id], "verification": [w.wish.id],
        "user": [u.id for u in w.people.values() if u], "grant": [g.id for u in w.people.values() if u for g in u.grants],
        "invitation": [w.invitation.id], "application": [w.application.id], "objection": [w.objection.id], "category": [w.category.id],
        "photo": [p.id for p in w.photos],
    }  # fmt: skip
    w.pages_with_a_question = [
        ("owner", f"/cases/new?place={f.COMMUNITY}&category={w.category.id}"), ("resident", f"/reports/new?kind=comment&id={w.comments['owners'].id}&next=/"),
        ("moderator", f"/staff/review/hide?kind=comment&id={w.comments['owners'].id}"), ("moderator", "/staff/review?show=hidden"), ("resident", "/verify"),
        ("asker", f"/invitations/{w.invitation.id}"), ("place_admin", f"/staff/roles?user={w.people['resident'].id}"),
        ("lead", f"/teams/{w.team.id}/members/{w.people['volunteer'].id}/removals"),
    ]  # fmt: skip
    w.words = {
        "code": [f.COMMUNITY, f.OTHER_COMMUNITY, f.STREET, f.CITY], "slug": [w.brand.slug], "number": [c.number for c in w.cases.values()],
        "key": [w.photos[0].key], "name": ["about", "rules"], "action": ["pass_review", "return", "refuse", "conclude", "merge", "finish"],
        "filename": ["dist/portal.css"],
    }  # fmt: skip
    return w


def _people() -> dict:
    private = {"phone": PHONE, "real_name": REAL_NAME, "household": HOUSEHOLD, "building": BUILDING}
    people = {
        "guest": None, "owner": f.make_user(**private), "resident": f.make_user(), "stranger": f.make_user(home=f.OTHER_COMMUNITY),
        "newcomer": f.make_user(level=Level.PHONE), "volunteer": f.make_user(), "lead": f.make_user(), "chair": f.make_user(),
        "asker": f.make_user(),
    }  # fmt: skip
    for role in STAFF:
        people[str(role)] = f.make_staff(role, home=f.OTHER_COMMUNITY)
    people["admin"] = f.make_staff(Role.ADMIN, place=f.CITY, home=f.OTHER_COMMUNITY)
    people["everything"] = f.make_staff(*STAFF, Role.ADMIN, place=f.CITY, home=f.OTHER_COMMUNITY)
    return people


def _rooms(w):
    owner, resident = w.people["owner"], w.people["resident"]
    w.space, w.members_space = f.make_space(rules=RULES), f.make_space(name="前海协商厅")
    for name, role in (("chair", Role.CHAIR), ("owner", Role.MEMBER)):
        f.make_grant(w.people[name], role, space=w.space)
    w.topic = f.save(
        Topic(space_id=w.space.id, author_id=resident.id, title="胡同里的停车", body="怎么办", html="<p>怎么办</p>\n")
    )
    w.closed_topic = f.save(Topic(space_id=w.space.id, author_id=resident.id, title="谈完的事", is_open=False))
    w.hidden_topic = f.save(Topic(space_id=w.space.id, author_id=owner.id, title=f"题目{HIDDEN}", body=HIDDEN, html=f"<p>{HIDDEN}</p>\n",
                                  hidden_at=utcnow(), hidden_reason=HideReason.ADVERTISING))  # fmt: skip
    w.thread = f.make_thread("topic", w.topic.id, w.space)
    w.topic.thread_id = w.thread.id
    w.closed_topic.thread_id = f.make_thread("topic", w.closed_topic.id, w.space, is_open=False).id
    w.hidden_topic.thread_id = f.make_thread("topic", w.hidden_topic.id, w.space, is_open=False).id
    f.save(w.topic, w.hidden_topic, w.closed_topic)
    say = {"waiting": {"state": CommentState.WAITING, "body": OWN, "html": f"<p>{OWN}</p>\n"}, "returned": {"state": CommentState.RETURNED, "body": OWN, "html": f"<p>{OWN}</p>\n"},
           "hidden": {"hidden_at": utcnow(), "hidden_reason": HideReason.PERSONAL_ATTACK, "body": HIDDEN, "html": f"<p>{HIDDEN}</p>\n"},
           "withdrawn": {"state": CommentState.WITHDRAWN, "body": HIDDEN, "html": f"<p>{HIDDEN}</p>\n"}, "shown": {}, "owners": {"edited_at": utcnow()}}  # fmt: skip
    w.comments = {
        name: f.make_comment(w.thread, owner if name != "shown" else resident, **values) for name, values in say.items()
    }
    w.comments["reply"] = f.make_comment(w.thread, owner, parent_id=w.comments["shown"].id)
    for name in ("hidden", "withdrawn"):
        f.save(CommentVersion(comment_id=w.comments[name].id, body=HIDDEN))
    f.save(CommentVersion(comment_id=w.comments["owners"].id, body="先前的话"))
    w.invitation = f.save(
        Invitation(
            space_id=w.space.id, user_id=w.people["asker"].id, role=str(Role.MEMBER), invited_by=w.people["chair"].id
        )
    )


def _proposals(w):
    """One in every state; what is not public yet says so in a word of its own."""
    owner, resident = w.people["owner"], w.people["resident"]
    w.proposals, w.ballots = {}, []
    for state in ProposalState:
        private = state in ("draft", "submitted", "returned", "refused")
        more = (
            {"title": f"{OWN}{state}", "body": OWN, "plan": OWN, "where": OWN, "closing_note": OWN} if private else {}
        )
        if state in ("submitted", "returned", "refused"):
            more["submitted_at"] = utcnow()
        if state == ProposalState.PUBLICITY:
            more["objections_until"] = utcnow() + timedelta(days=3)
        w.proposals[state.value] = f.make_proposal(owner, w.space, state, **more)
    w.proposals["hidden"] = f.make_proposal(owner, w.space, "gathering", title=f"标题{HIDDEN}", body=HIDDEN, body_html=f"<p>{HIDDEN}</p>\n",
                                            hidden_at=utcnow(), hidden_reason=HideReason.PRIVATE_DATA)  # fmt: skip
    w.proposals["of_chair"] = f.make_proposal(w.people["chair"], w.space, "gathering")
    w.proposals["to_answer"] = f.make_proposal(
        owner, w.space, "publicity", objections_until=utcnow() - timedelta(days=1)
    )
    w.proposals["withdrawn_draft"] = f.make_proposal(
        owner, w.space, "withdrawn", title=OWN, body=OWN, published_at=None, thread_id=None
    )
    for name in ("gathering", "deliberating", "done"):
        f.save(Second(proposal_id=w.proposals[name].id, user_id=resident.id, version=1, building=BUILDING))
    f.save(Follow(proposal_id=w.proposals["gathering"].id, user_id=resident.id))
    w.proposals["done"].result = "已装好。"
    w.objection = f.save(
        Objection(proposal_id=w.proposals["publicity"].id, author_id=resident.id, body="会挡住消防车。")
    )
    w.proposals["publicity"].objection_count = w.proposals["publicity"].open_objection_count = 1
    voting = w.proposals["voting"]
    for p, state in (
        (voting, BallotState.OPEN),
        (w.proposals["failed"], BallotState.PUBLISHED),
        (w.proposals["of_chair"], BallotState.ANNOUNCED),
    ):
        b = f.make_ballot(p, w.space, state, opened_at=utcnow(), eligible_count=3)
        w.ballots.append(b)
        p.ballot_id = b.id
        f.save(p)
    f.save(
        *(
            Elector(ballot_id=w.ballots[0].id, user_id=w.people[n].id, seat=f"u:{w.people[n].id}")
            for n in ("owner", "resident", "chair")
        )
    )
    w.photos = [
        f.save(
            Photo(
                key=f"{n:032x}",
                owner_kind="proposal",
                owner_id=p.id,
                width=320,
                height=200,
                widths=[320],
                alt=alt,
                uploaded_by=owner.id,
            )
        )
        for n, (p, alt) in enumerate(((w.proposals["gathering"], "西街口"), (w.proposals["draft"], OWN)), 1)
    ]


def _walks(w):
    volunteer = w.people["volunteer"]
    w.brand, w.category = f.make_brand(), f.make_category()
    w.team = f.make_team(w.brand, member_count=2)
    w.brand.member_count = 2
    f.make_grant(volunteer, Role.VOLUNTEER, team=w.team)
    f.make_grant(w.people["lead"], Role.TEAM_LEAD, team=w.team)
    ended = {"ended_at": utcnow()}
    w.patrols = {
        "running": f.make_patrol(volunteer, w.team, state=PatrolState.ON_PATROL, lane=OWN, note=OWN),
        "submitted": f.make_patrol(volunteer, w.team, state=PatrolState.SUBMITTED, submitted_at=utcnow(), lane=OWN, note=OWN, **ended),
        "confirmed": f.make_patrol(volunteer, w.team, state=PatrolState.CONFIRMED, confirmed_at=utcnow(), confirmed_by=w.people["lead"].id, **ended),
        "returned": f.make_patrol(volunteer, w.team, state=PatrolState.RETURNED, lane=OWN, note=OWN, return_reason=OWN, **ended),
    }  # fmt: skip
    w.loose_finding = f.make_finding(w.patrols["running"], where=OWN, note=OWN, item=1)
    w.finding = f.make_finding(w.patrols["confirmed"], outcome=Outcome.OPEN, item=1)
    w.hidden_finding = f.make_finding(
        w.patrols["confirmed"], where=HIDDEN, note=HIDDEN, hidden_at=utcnow(), hidden_reason=HideReason.PRIVATE_DATA
    )
    w.application = f.save(
        TeamApplication(
            team_id=w.team.id,
            user_id=w.people["asker"].id,
            kind=ApplicationKind.ASK,
            note=OWN,
            made_by=w.people["asker"].id,
        )
    )


def _cases(w):
    owner = w.people["owner"]
    f.save(CaseSerial(year=today().year, last=0))
    w.unit = f.make_unit()
    w.people["unit_officer"] = f.make_staff(Role.UNIT_OFFICER, unit=w.unit, home=f.OTHER_COMMUNITY)
    given = {
        "lead_unit_id": w.unit.id,
        "due_at": utcnow() + timedelta(days=1),
        "limit_value": 4,
        "limit_unit": w.category.limit_unit,
    }
    w.cases = {
        state.value: f.make_case(owner, w.category, state, **(given if state not in ("reported", "accepted") else {}))
        for state in CaseState
    }
    w.cases["hidden"] = f.make_case(
        owner,
        w.category,
        title=f"案件{HIDDEN}",
        description=HIDDEN,
        hidden_at=utcnow(),
        hidden_reason=HideReason.PRIVATE_DATA,
    )
    w.cases["closed"].closed_at = utcnow()
    with db.transaction() as session:
        links.add(session, ("proposal", w.proposals["in_progress"].id), ("case", w.cases["in_handling"].id))
        audit.record(session, SYSTEM, "ledger.begin", ("place", f.CITY))


def _desk(w):
    owner, asker = w.people["owner"], w.people["asker"]
    w.wish = f.save(
        Verification(
            user_id=owner.id,
            place_code=f.COMMUNITY,
            real_name=REAL_NAME,
            building=BUILDING,
            household=HOUSEHOLD,
            note=OWN,
        )
    )
    w.notices = [f.save(Notification(user_id=u.id, kind="no.such.kind", params={"title": OWN}, url=f"/proposals/{w.proposals['draft'].id}", key=f"n{u.id}"))
                 for u in (owner, asker)]  # fmt: skip
    about = {"place_code": f.COMMUNITY, "space_id": w.space.id, "author_id": owner.id}
    w.report = f.save(
        Report(
            subject_kind="comment",
            subject_id=w.comments["owners"].id,
            reporter_count=1,
            reasons={"advertising": 1},
            **about,
        )
    )
    f.save(Reporter(report_id=w.report.id, user_id=asker.id, reason="advertising", note=OWN))
    w.hidden_report = f.save(Report(subject_kind="comment", subject_id=w.comments["hidden"].id, reporter_count=1, reasons={"advertising": 1}, state="hidden",
                                    reason="advertising", note=OWN, decided_at=utcnow(), decided_by=w.people["moderator"].id, **about))  # fmt: skip
    f.save(PlaceCount(place_code=f.COMMUNITY, kind="resident", state="resident", n=6))


class Door:
    """Requests of anybody to the portal; nothing a request does outlives it."""

    def __init__(self, app, world, connection):
        self.app, self.world, self.connection = app, world, connection
        self.clients, self.cookies = {}, {}
        self._seen: dict[tuple[str, str], tuple[int, str, str]] = {}

    def _client(self, who: str):
        """A browser signed in as this person, its cookies as they were at first."""
        if who not in self.clients:
            client = self.clients[who] = browser(self.app)
            if (user := self.world.people[who]) is not None:
                client.sign_in(user)
                self.cookies[who] = client.get_cookie("session").value
        client = self.clients[who]
        if who in self.cookies:
            client.set_cookie("session", self.cookies[who])
        else:
            client.delete_cookie("session")
        return client

    @contextmanager
    def undone(self):
        db.Session.remove()
        savepoint = self.connection.begin_nested()
        try:
            yield
        finally:
            db.Session.remove()
            savepoint.rollback()

    def page(self, who: str, path: str) -> tuple[int, str, str]:
        """Status, kind and text of a page, asked for once: nothing here ever changes."""
        if (who, path) not in self._seen:
            answer = self.ask(who, path)
            self._seen[who, path] = (
                answer.status_code,
                answer.mimetype,
                answer.text if answer.mimetype != "image/jpeg" else "",
            )
        return self._seen[who, path]

    def ask(self, who: str, path: str, method: str = "GET", **sent):
        with self.undone():
            return self._client(who).open(path, method=method, **sent)
