"""What the desks share: the blueprint, the tabs of the staff bar with their counts."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Blueprint, request, url_for
from flask_login import current_user

from portal.policy import Role
from portal.text.lazy import _l
from portal.web.context import provides

bp = Blueprint("staff", __name__, url_prefix="/staff")


class Tab(NamedTuple):
    label: Any
    endpoint: str
    roles: frozenset[Role]
    count: Callable[[Any], int] | None


_tabs: list[Tab] = []


def tab(label, endpoint: str, roles, count: Callable[[Any], int] | None = None) -> None:
    """Put a desk into the staff bar for people with one of these roles; `count(actor)` is what waits there."""
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
    def staff_tabs():
        return [
            (t.label, url_for(t.endpoint), t.count(current_user) if t.count else None,
             (request.endpoint or "").split("_")[0] == t.endpoint.split("_")[0])
            for t in _tabs
            if current_user.has_role(t.roles)
        ]  # fmt: skip

    return {"staff_tabs": staff_tabs() if current_user.is_authenticated else []}
