"""A bare Flask + ORM + Jinja program of the same three pages: what they cost without a portal around them.

It draws the same HTML from the same facts: the list with its filters and counts; a proposal with its comments, ballot,
steps and the reader's own part; a vote. It has no policy, ledger, outbox, CSRF tokens, languages, forms or components:
straight queries, straight templates, one language. It is the yardstick the portal is held against.
"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask, g, redirect, render_template, request, session
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.categories.models import Theme

STATES = {"gathering": "征集附议", "deliberating": "协商中", "voting": "表决中", "publicity": "公示中", "accepted": "已采纳", "done": "已办结",
          "ended": "不再进行"}  # fmt: skip
ICONS = dict.fromkeys(STATES, "hourglass-split")
STEPS = {"proposed": "提案", "voting": "表决", "publicity": "公示", "accepted": "采纳", "case": "案件", "done": "已办结", "rated": "评价"}
SAID = {"done": "已完成", "now": "正在进行", "todo": "还没到"}
THEMES = [(str(theme), f"事项{n}") for n, theme in enumerate(Theme)]
ZONE = ZoneInfo("Asia/Shanghai")


class Moment(sa.TypeDecorator):
    """Aware on every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value, dialect):
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Base(orm.DeclarativeBase):
    type_annotation_map = {datetime: Moment}


class Place(Base):
    __tablename__ = "bare_places"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent: Mapped[str]


class Person(Base):
    __tablename__ = "bare_people"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    place_code: Mapped[str] = mapped_column(sa.ForeignKey("bare_places.code"))
    place: Mapped[Place] = relationship()


class Space(Base):
    __tablename__ = "bare_spaces"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Matter(Base):
    __tablename__ = "bare_matters"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    html: Mapped[str]
    theme: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    step: Mapped[int]
    remark_count: Mapped[int]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_people.id"))
    space_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_spaces.id"))
    place_code: Mapped[str] = mapped_column(sa.ForeignKey("bare_places.code"))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    author: Mapped[Person] = relationship()
    space: Mapped[Space] = relationship()
    place: Mapped[Place] = relationship()
    ballot: Mapped["Ballot | None"] = relationship(uselist=False)


class Ballot(Base):
    __tablename__ = "bare_ballots"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_matters.id"), unique=True)
    eligible: Mapped[int]
    turnout: Mapped[int] = mapped_column(default=0)
    for_count: Mapped[int] = mapped_column(default=0)
    against_count: Mapped[int] = mapped_column(default=0)


class Vote(Base):
    __tablename__ = "bare_votes"
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_ballots.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_people.id"), primary_key=True)
    choice: Mapped[str]


class Part(Base):
    """What one reader has done with a matter."""

    __tablename__ = "bare_parts"
    matter_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_matters.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_people.id"), primary_key=True)
    follows: Mapped[bool]


class Remark(Base):
    __tablename__ = "bare_remarks"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_matters.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bare_remarks.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_people.id"))
    html: Mapped[str]
    created_at: Mapped[datetime]
    author: Mapped[Person] = relationship()
    replies: Mapped[list["Remark"]] = relationship(order_by="Remark.id")


class Step(Base):
    __tablename__ = "bare_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_matters.id"), index=True)
    name: Mapped[str]
    at: Mapped[datetime]


class Message(Base):
    __tablename__ = "bare_messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_people.id"), index=True)
    read_at: Mapped[datetime | None]


def create(engine: sa.Engine) -> Flask:
    app = Flask("bench", template_folder="templates")
    app.secret_key = "bare"
    app.jinja_env.globals.update(states=STATES, icons=ICONS, themes=THEMES, said=SAID, zone=ZONE)
    make_session = orm.sessionmaker(engine, expire_on_commit=False)

    @app.before_request
    def _open():
        g.db = make_session()
        g.me = g.db.get(Person, session["who"], options=[orm.joinedload(Person.place)]) if "who" in session else None

    @app.teardown_request
    def _close(_problem):
        g.db.close()

    def page(template, **values):
        unread = sa.select(sa.func.count()).where(Message.person_id == g.me.id, Message.read_at.is_(None)) if g.me else None
        return render_template(template, me=g.me, unread=g.db.scalar(unread) if g.me else 0, now=datetime.now(UTC), **values)

    @app.get("/matters")
    def matters():
        place = g.me.place if g.me else g.db.scalars(sa.select(Place).limit(1)).one()
        here = Matter.place_code == place.code
        wanted = sa.select(Matter).where(here).order_by(Matter.id.desc()).limit(20)
        found = g.db.scalars(wanted.options(orm.joinedload(Matter.author), orm.joinedload(Matter.ballot))).all()
        counts = dict(g.db.execute(sa.select(Matter.state, sa.func.count()).where(here).group_by(Matter.state)).tuples().all())
        return page("list.html", place=place, matters=found, counts=counts, total=sum(counts.values()))

    @app.get("/matters/<int:ident>")
    def matter(ident):
        beside = [orm.joinedload(getattr(Matter, name)) for name in ("author", "space", "place", "ballot")]
        m = g.db.get_one(Matter, ident, options=beside)
        mine = g.db.get(Part, (ident, g.me.id)) if g.me else None
        vote = g.db.get(Vote, (m.ballot.id, g.me.id)) if g.me else None
        top = sa.select(Remark).where(Remark.matter_id == ident, Remark.parent_id.is_(None)).order_by(Remark.id.desc()).limit(50)
        with_authors = orm.joinedload(Remark.author), orm.selectinload(Remark.replies).joinedload(Remark.author)
        taken = {s.name: s.at for s in g.db.scalars(sa.select(Step).where(Step.matter_id == ident).order_by(Step.id))}
        steps = [SimpleNamespace(name=said, at=taken.get(name), text="已提交" if name in taken else "",
                                 status="now" if name == m.state else "done" if name in taken else "todo") for name, said in STEPS.items()]  # fmt: skip
        return page("page.html", m=m, mine=mine, vote=vote, steps=steps, remarks=g.db.scalars(top.options(*with_authors)).all())

    @app.post("/matters/<int:ident>/votes")
    def vote(ident):
        ballot = g.db.scalars(sa.select(Ballot).where(Ballot.matter_id == ident).with_for_update()).one()
        mine = g.db.get(Vote, (ballot.id, g.me.id))
        choice = request.form["choice"]
        if mine is None:
            g.db.add(Vote(ballot_id=ballot.id, person_id=g.me.id, choice=choice))
            ballot.turnout += 1
        else:
            setattr(ballot, f"{mine.choice}_count", getattr(ballot, f"{mine.choice}_count") - 1)
            mine.choice = choice
        setattr(ballot, f"{choice}_count", getattr(ballot, f"{choice}_count") + 1)
        g.db.commit()
        return redirect(f"/matters/{ident}")

    return app


def seed(engine: sa.Engine, *, people: int, matters: int, remarks: int, body: str, remark: str) -> int:
    """Fill the tables; returns the id of the matter that has `remarks` remarks."""
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    now = datetime.now(UTC)
    with orm.Session(engine) as db:
        db.execute(sa.insert(Place), [{"code": "110102012035", "name": "前海社区", "parent": "西城区"}])
        db.execute(sa.insert(Space), [{"id": 1, "name": "前海社区理事会"}])
        db.execute(sa.insert(Person), [{"name": f"邻居{n}", "place_code": "110102012035"} for n in range(people)])
        db.execute(sa.insert(Matter), [
            {"title": f"在西街口设非机动车停放架 {n}", "html": f"<p>{body}</p>\n", "theme": THEMES[0][0], "state": "voting", "step": 4, "space_id": 1,
             "remark_count": remarks, "author_id": n % people + 1, "place_code": "110102012035", "created_at": now,
             "due_at": now + timedelta(days=7)} for n in range(matters)
        ])  # fmt: skip
        db.execute(sa.insert(Ballot), [{"matter_id": matters, "eligible": people}])
        db.execute(sa.insert(Step), [{"matter_id": matters, "name": name, "at": now} for name in ("proposed", "voting")])
        db.execute(sa.insert(Remark), [
            {"matter_id": matters, "author_id": n % people + 1, "html": remark, "created_at": now} for n in range(remarks)
        ])  # fmt: skip
        db.commit()
    return matters
