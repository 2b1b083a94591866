"""A bare Flask + ORM + Jinja program of the same three pages: what the framework itself costs, without a portal in it.

No policy, no ledger, no outbox, no CSRF, no translations: the yardstick the portal is held against.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask, g, redirect, render_template_string, request, session
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column, relationship


class Base(orm.DeclarativeBase):
    type_annotation_map = {datetime: sa.DateTime(timezone=True)}


class Person(Base):
    __tablename__ = "bare_people"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Matter(Base):
    __tablename__ = "bare_matters"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    state: Mapped[str]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_people.id"))
    for_count: Mapped[int] = mapped_column(default=0)
    against_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    author: Mapped[Person] = relationship()


class Remark(Base):
    __tablename__ = "bare_remarks"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_matters.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_people.id"))
    html: Mapped[str]
    created_at: Mapped[datetime]
    author: Mapped[Person] = relationship()


class Vote(Base):
    __tablename__ = "bare_votes"
    matter_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_matters.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("bare_people.id"), primary_key=True)
    choice: Mapped[str]


LAYOUT = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{ title }}</title>
<link rel="stylesheet" href="/static/dist/portal.css"></head><body><header><nav><a href="/">首页</a> <a href="/matters">提案</a>
{% if me %}<span>{{ me.name }}</span>{% else %}<a href="/sign-in">登录</a>{% endif %}</nav></header><main><h1>{{ title }}</h1>"""
END = "</main></body></html>"
LIST = LAYOUT + """<ul>{% for m in matters %}<li><h2><a href="{{ url_for('matter', ident=m.id) }}">{{ m.title }}</a></h2>
<p>{{ m.state }} · {{ m.author.name }} · <time datetime="{{ m.created_at.isoformat() }}">{{ m.created_at.strftime('%Y-%m-%d') }}</time>
{{ m.for_count }} / {{ m.against_count }}</p></li>{% endfor %}</ul>""" + END  # fmt: skip
PAGE = LAYOUT + """<p>{{ m.author.name }} <time datetime="{{ m.created_at.isoformat() }}">{{ m.created_at.strftime('%Y-%m-%d') }}</time></p>
<div>{{ m.body }}</div><p>{{ m.for_count }} / {{ m.against_count }}</p>
<form method="post" action="{{ url_for('vote', ident=m.id) }}"><button name="choice" value="for">同意</button></form>
<ul>{% for r in remarks %}<li id="c{{ r.id }}"><b>{{ r.author.name }}</b>
<time datetime="{{ r.created_at.isoformat() }}">{{ r.created_at.strftime('%Y-%m-%d %H:%M') }}</time>
<div>{{ r.html|safe }}</div></li>{% endfor %}</ul>""" + END  # fmt: skip


def create(engine: sa.Engine) -> Flask:
    app = Flask("bare")
    app.secret_key = "bare"
    make_session = orm.sessionmaker(engine, expire_on_commit=False)

    @app.before_request
    def _open():
        g.db = make_session()
        g.me = g.db.get(Person, session["who"]) if "who" in session else None

    @app.teardown_request
    def _close(_problem):
        g.db.close()

    @app.get("/matters")
    def matters():
        wanted = sa.select(Matter).options(orm.joinedload(Matter.author)).order_by(Matter.id.desc()).limit(20)
        return render_template_string(LIST, title="提案", me=g.me, matters=g.db.scalars(wanted).all())

    @app.get("/matters/<int:ident>")
    def matter(ident):
        m = g.db.get_one(Matter, ident, options=[orm.joinedload(Matter.author)])
        wanted = (
            sa.select(Remark)
            .where(Remark.matter_id == ident)
            .options(orm.joinedload(Remark.author))
            .order_by(Remark.id)
            .limit(50)
        )
        return render_template_string(PAGE, title=m.title, me=g.me, m=m, remarks=g.db.scalars(wanted).all())

    @app.post("/matters/<int:ident>/votes")
    def vote(ident):
        m = g.db.get_one(Matter, ident, with_for_update=True)
        mine = g.db.get(Vote, (ident, g.me.id))
        choice = request.form["choice"]
        if mine is None:
            g.db.add(Vote(matter_id=ident, person_id=g.me.id, choice=choice))
            setattr(m, f"{choice}_count", getattr(m, f"{choice}_count") + 1)
        elif mine.choice != choice:
            setattr(m, f"{mine.choice}_count", getattr(m, f"{mine.choice}_count") - 1)
            setattr(m, f"{choice}_count", getattr(m, f"{choice}_count") + 1)
            mine.choice = choice
        g.db.commit()
        return redirect(f"/matters/{ident}")

    return app


def seed(engine: sa.Engine, *, people: int, matters: int, remarks: int, body: str, remark: str) -> int:
    """Fill the tables; returns the id of the matter that has `remarks` remarks."""
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    now = datetime.now(UTC)
    with orm.Session(engine) as db:
        db.execute(sa.insert(Person), [{"name": f"邻居{n}"} for n in range(people)])
        db.execute(sa.insert(Matter), [
            {"title": f"在西街口设非机动车停放架 {n}", "body": body, "state": "voting", "author_id": n % people + 1, "for_count": 0,
             "against_count": 0, "created_at": now} for n in range(matters)
        ])  # fmt: skip
        db.execute(sa.insert(Remark), [
            {"matter_id": matters, "author_id": n % people + 1, "html": remark, "created_at": now} for n in range(remarks)
        ])  # fmt: skip
        db.commit()
    return matters
