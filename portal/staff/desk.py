"""What the desks share: the blueprint, the tabs of the staff bar with their counts."""

from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask_login import current_user

from portal import db
from portal.policy import Role
from portal.text.lazy import _l
from portal.web.context import provides

bp = Blueprint("staff", __name__, url_prefix="/staff")


class Tab(NamedTuple):
    label: Any
    endpoint: str
    roles: frozenset[Role]
    count: Callable[[Any], sa.ColumnElement[int]] | None


_tabs: list[Tab] = []


def tab(label, endpoint: str, roles, count: Callable[[Any], sa.ColumnElement[int]] | None = None) -> None:
    """Put a desk into the staff bar for people with one of these roles; `count(actor)` selects how much waits there."""
    _tabs.append(Tab(label, endpoint, frozenset(roles), count))


class Desk(NamedTuple):
    """Where somebody with a role works: what the link is called, and where it leads."""

    label: Any
    url: str


@provides("desk")
def desk_of(actor) -> Desk | None:
    """The first desk that is open to this person; whoever only leads a team works on its page."""
    if not actor.is_authenticated:
        return None
    for t in _tabs:
        if actor.has_role(t.roles):
            return Desk(_l("Staff desk"), url_for(t.endpoint))
    teams = actor.refs_with("team", Role.TEAM_LEAD)
    return Desk(_l("My team"), url_for("brands.team", ident=teams[0])) if teams else None


@bp.context_processor
def _bar():
    if not current_user.is_authenticated:
        return {"staff_tabs": []}
    mine = [t for t in _tabs if current_user.has_role(t.roles)]
    waiting, here = _numbers(mine), (request.endpoint or "").split("_")[0]
    return {
        "staff_tabs": [
            (t.label, url_for(t.endpoint), waiting.get(t.endpoint), here == t.endpoint.split("_")[0]) for t in mine
        ]
    }


def _numbers(tabs: list[Tab]) -> dict[str, int]:
    """How much waits at each of these desks that counts. One query."""
    counted = {t.endpoint: t.count(current_user) for t in tabs if t.count}
    return dict(zip(counted, db.Session().execute(sa.select(*counted.values())).one(), strict=True)) if counted else {}
