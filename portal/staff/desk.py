"""What the desks share: the blueprint, the tabs of the staff bar with their counts."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Blueprint, request, url_for
from flask_login import current_user

from portal.policy import Role

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
