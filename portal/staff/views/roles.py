"""The desk of roles: who may do what on my places, giving and taking back."""

import re
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import orm
from wtforms import StringField
from wtforms.validators import Optional

from portal import db, links
from portal.accounts import policy, queries, service
from portal.accounts.models import Grant
from portal.accounts.policy import ADMINS
from portal.accounts.states import ROLE_LABELS
from portal.brands.models import Team
from portal.clock import utcnow
from portal.errors import Invalid, NotFound, Refused
from portal.places.models import Place
from portal.policy import Role, require
from portal.spaces.models import Space
from portal.staff.desk import bp, tab
from portal.text.lazy import _, _l
from portal.units.models import Unit
from portal.web import paging
from portal.web.context import day
from portal.web.forms import DayField, Form, PickField, Query, at_most, required
from portal.web.guards import staff

tab(_l("Roles"), "staff.roles", ADMINS)

KINDS = {"places": "place", "spaces": "space", "teams": "team", "units": "unit"}
_PATH = re.compile(r"/(places|spaces|teams|units)/([0-9L]{1,16})/?\Z", re.ASCII)
_PLACES: dict[str, Any] = {"space": Space, "team": Team, "unit": Unit}


class GiveForm(Form):
    username = StringField(
        _l("User name"), validators=[required(_l("Write the user name of the person.")), at_most(40)]
    )
    role = PickField(_l("Role"), choices=[(str(role), label) for role, label in ROLE_LABELS.items()])
    on = StringField(
        _l("On what"), validators=[required(_l("Choose a place, space, team or unit from the list.")), at_most(200)]
    )
    first_day = DayField(_l("First day"), validators=[Optional()])
    until = DayField(_l("Last day"), validators=[Optional()])


class OnForm(Query):
    on = StringField(default="")


@bp.route("/roles", methods=["GET", "POST"])
@staff
def roles():
    require(policy.why_not_see_roles(current_user))
    form = GiveForm.from_request()
    if form.submitted() and _given(form):
        return redirect(url_for(".roles", on=request.args.get("on")), 303)
    asked = OnForm.from_request().on.data
    thing = _thing(asked) if asked else None
    page = _page(thing)
    things = _things(page.rows)
    status = 422 if request.method == "POST" else 200
    return render_template(
        "staff/roles.html", form=form, page=page, things=things, labels=ROLE_LABELS, on=asked if thing else "",
        options=_options(), now=utcnow(),
    ), status  # fmt: skip


@bp.route("/roles/<int:grant_id>/end", methods=["GET", "POST"])
@staff
def roles_end(grant_id):
    """Take a role back, after one more look at whose it is."""
    if request.method == "POST":
        service.revoke(current_user, grant_id)
        flash(_("The role has ended."), "good")
        return redirect(url_for(".roles"), 303)
    found = service.get_revocable(current_user, grant_id)
    things = _things([found])
    return render_template(
        "staff/roles_end.html", grant=found, thing=next(iter(things.values()), None), label=ROLE_LABELS[found.role],
        now=utcnow(),
    )  # fmt: skip


def _given(form) -> bool:
    person = queries.find_by_username(form.username.data)
    thing = _thing(form.on.data)
    if person is None:
        form.refuse("username", _l("Nobody has this user name."))
    if thing is None:
        form.refuse("on", _l("There is no such place, space, team or unit."))
    if person is None or thing is None:
        return False
    try:
        term = {"starts_at": form.first_day.beginning, "ends_at": form.until.moment}
        given = service.grant(current_user, person.id, Role(form.role.data), *thing, **term)
    except service.WrongFirstDay as problem:
        form.refuse("first_day", problem.why)
        return False
    except (Invalid, NotFound, Refused) as problem:
        form.refuse("until" if isinstance(problem, Invalid) else "role", problem.why)
        return False
    if given.starts_at > utcnow():
        flash(_("%(name)s holds this role from %(day)s.", name=person.display_name, day=day(given.starts_at)), "good")
    else:
        flash(_("%(name)s holds this role now.", name=person.display_name), "good")
    return True


def _thing(text: str) -> tuple[str, str] | None:
    """(kind, ref) of a code, an address like /spaces/5, or the exact name of a place, space, team or unit of mine."""
    text = text.strip()
    if found := _PATH.search(text):
        return KINDS[found[1]], found[2]
    if text.isascii() and text.isdigit() and 2 <= len(text) <= 12:
        return "place", text
    named = [sa.select(sa.literal("place"), Place.code).where(Place.name == text, _mine(Place.code))]
    for kind, model in _PLACES.items():
        own = sa.select(sa.literal(kind), sa.cast(model.id, sa.String))
        named.append(own.where(model.name == text, _mine(model.place_code)))
    found = db.Session().execute(sa.union_all(*named).limit(2)).tuples().all()
    return (found[0][0], found[0][1]) if len(found) == 1 else None


def _things(grants) -> dict:
    """What these roles are held on, by kind and number; lanes have a code and are named by it."""
    return links.describe(db.Session(), {(g.on_kind, int(g.on_ref)) for g in grants if g.on_ref.isdigit()})


def _mine(column):
    return sa.or_(sa.false(), *(db.prefix_range(column, code) for code in current_user.places_with(ADMINS)))


def _page(thing):
    """Living grants on my places (or on one thing of mine), newest first."""
    wanted = sa.select(Grant).where(Grant.revoked_at.is_(None)).options(orm.joinedload(Grant.user))
    on_mine = [sa.and_(Grant.on_kind == "place", _mine(Grant.on_ref))]
    for kind, model in _PLACES.items():
        ids = sa.select(sa.cast(model.id, sa.String)).where(_mine(model.place_code))
        on_mine.append(sa.and_(Grant.on_kind == kind, Grant.on_ref.in_(ids)))
    wanted = wanted.where(sa.or_(*on_mine))
    if thing:
        wanted = wanted.where(Grant.on_kind == thing[0], Grant.on_ref == thing[1])
    cursor = paging.cursors()
    return paging.by_key(db.Session(), wanted, [Grant.id], size=30, after=cursor["after"], before=cursor["before"])


def _options() -> list[tuple[str, str]]:
    """What can be chosen: my places and those directly below, spaces, teams and units on them. One query."""
    codes = current_user.places_with(ADMINS)
    near = sa.or_(Place.code.in_(codes), Place.parent_code.in_(codes))
    parts = [
        sa.select(sa.literal("places").label("path"), Place.code.label("ref"), Place.name)
        .where(near)
        .order_by(Place.code)
        .limit(200)
    ]
    for path, kind in KINDS.items():
        if model := _PLACES.get(kind):
            own = sa.select(sa.literal(path).label("path"), sa.cast(model.id, sa.String).label("ref"), model.name)
            parts.append(own.where(_mine(model.place_code)).order_by(model.id.desc()).limit(100))
    rows = db.Session().execute(sa.union_all(*(sa.select(part.subquery()) for part in parts)))
    return [(f"/{path}/{ref}", name) for path, ref, name in rows.tuples()]
