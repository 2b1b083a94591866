"""Rows to measure with: proposals, one of them with comments, and an open ballot with its electorate."""

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db, features
from portal.accounts.models import User
from portal.ballots.models import Ballot, Elector
from portal.ballots.states import BallotState
from portal.categories.models import Theme
from portal.clock import utcnow
from portal.conversations.models import Comment, Thread
from portal.places.models import Place, PlaceCount, PlaceLevel, codes_above
from portal.proposals.models import Proposal, ProposalVersion
from portal.spaces.models import RuleVersion, Space, SpaceKind
from portal.spaces.rules import RuleSet

BODY = "西街口到白米斜街 40 米，早晚停着近 60 辆自行车和电动车，轮椅、婴儿车和救护担架过不去。建议沿北墙设斜列停放架，地面划线，让出至少 2 米通道。"
REMARK = "北墙里面是卧室窗，早上六点多取车叮当响，能不能往东挪两米？避开窗户，少放几个车位也行。"
REMARK_HTML = f"<p>{REMARK}</p>\n"
COMMUNITY = "110102012035"
PLACES = (("11", None, PlaceLevel.CITY, "北京市"), ("110102", "11", PlaceLevel.DISTRICT, "西城区"),
          ("110102012", "110102", PlaceLevel.STREET, "什刹海街道"), (COMMUNITY, "110102012", PlaceLevel.COMMUNITY, "前海社区"))  # fmt: skip


class Made(NamedTuple):
    proposal: int
    ballot: int
    users: list[int]

    def session_of(self, n: int) -> str:
        return f"{self.users[n]}.0"


def fill(engine: sa.Engine, *, proposals: int, comments: int, voters: int) -> Made:
    features.load_models()
    db.Base.metadata.create_all(engine)
    now = utcnow()
    with orm.Session(engine.execution_options(**db.writing(engine)), expire_on_commit=False) as session:
        for code, parent, level, name in PLACES:
            session.add(Place(code=code, parent_code=parent, level=level, name=name))
            session.flush()
        people = [User(username=f"u{n}", display_name=f"邻居{n}", level=3, home_code=COMMUNITY) for n in range(voters)]
        rules = RuleSet(seconds_needed=20).to_json()
        space = Space(
            kind=SpaceKind.COUNCIL, name="前海社区理事会", place_code=COMMUNITY, rules=rules, proposal_count=proposals
        )
        session.add_all([*people, space])
        session.flush()
        session.add(RuleVersion(space_id=space.id, version=1, rules=rules))
        matters = [_proposal(n, space, people[n % voters], now) for n in range(proposals)]
        session.add_all(matters)
        session.flush()
        for proposal in matters:
            session.add(ProposalVersion(proposal_id=proposal.id, number=1, title=proposal.title, body=proposal.body))
        session.add_all(
            PlaceCount(place_code=c, kind="proposal", state="voting", n=proposals) for c in codes_above(COMMUNITY)
        )
        last = matters[-1]
        thread = Thread(
            subject_kind="proposal", subject_id=last.id, place_code=COMMUNITY, space_id=space.id, comment_count=comments
        )
        session.add(thread)
        session.flush()
        session.add_all(
            Comment(thread_id=thread.id, author_id=people[n % voters].id, body=REMARK, html=REMARK_HTML, created_at=now)
            for n in range(comments)
        )
        ballot = Ballot(subject_kind="proposal", subject_id=last.id, space_id=space.id, place_code=COMMUNITY, question=last.title,
                        state=BallotState.OPEN, rules=rules, opens_at=now - timedelta(days=1), opened_at=now - timedelta(days=1),
                        closes_at=now + timedelta(days=7), eligible_count=voters)  # fmt: skip
        session.add(ballot)
        session.flush()
        last.thread_id, last.ballot_id, last.comment_count = thread.id, ballot.id, comments
        session.execute(
            sa.insert(Elector), [{"ballot_id": ballot.id, "user_id": p.id, "seat": f"u:{p.id}"} for p in people]
        )
        session.commit()
        return Made(last.id, ballot.id, [p.id for p in people])


def _proposal(n: int, space: Space, author: User, now) -> Proposal:
    return Proposal(
        space_id=space.id, place_code=COMMUNITY, author_id=author.id, theme=Theme.TRAFFIC, title=f"在西街口设非机动车停放架 {n}",
        body=BODY, body_html=f"<p>{BODY}</p>\n", state="voting", rules=space.rules, seconds_count=20, seconds_needed=20,
        submitted_at=now, published_at=now + timedelta(seconds=n), due_at=now + timedelta(days=7),
    )  # fmt: skip
