"""The public list of cases."""

from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask_login import current_user

from portal import db
from portal.cases import numbers, queries
from portal.cases.forms import ListQuery
from portal.cases.views import bp
from portal.errors import NotFound
from portal.places import counts
from portal.places import queries as places
from portal.places.current import code_now
from portal.places.names import of
from portal.text.lazy import _, _l
from portal.web.guards import public
from portal.web.paging import cursors

GROUP_WORDS = {
    "": _l("All"), "open": _l("Under way"), "inspecting": _l("To be inspected"), "suspended": _l("Suspended"),
    "overdue": _l("Overdue"), "closed": _l("Closed"), "other": _l("Ended otherwise"),
}  # fmt: skip


@bp.get("/cases/")
@public
def index():
    """Cases of a place, newest first; a whole number typed into the search box leads straight to its case."""
    form = ListQuery.from_request()
    problem = None
    if len(typed := numbers.number_in(form.q.data)) >= numbers.DIGITS:
        try:
            case = queries.get_case(typed)
        except NotFound as nothing:
            problem = nothing.why
        else:
            return redirect(url_for("cases.show", number=case.number))
    path = _path(form.place.data or (code_now(current_user) or "")[:9])
    place = path[-1] if path else None
    group = form.group.data if form.group.data in GROUP_WORDS else ""
    totals = counts.totals(db.Session(), "case", place.code if place else "")
    numbers_of = queries.grouped(totals.by_state)
    page = queries.list_cases(place_code=place.code if place else "", many=totals.many, group=group, overdue=group == "overdue", **cursors(),
                              text="" if problem else form.q.data, reader=current_user, total=_total(numbers_of, group, form.q.data))  # fmt: skip
    heading = _("Cases in %(place)s", place=of(place)) if place else _("Cases")
    return render_template(
        "cases/index.html", page=page, place=place, path=path, form=form, problem=problem, heading=heading,
        groups=_groups(group, numbers_of if not form.q.data or problem else None),
    )  # fmt: skip


def _path(code: str):
    found = places.path(code) if code else []
    return found


def _count(numbers_of: dict[str, int], key: str) -> int | None:
    if not key:
        return numbers_of["open"] + numbers_of["closed"] + numbers_of["other"]
    return numbers_of.get(key)


def _total(numbers_of: dict[str, int], group: str, text: str) -> int | None:
    return None if text else _count(numbers_of, group)


def _groups(group: str, numbers_of: dict[str, int] | None) -> list[tuple]:
    """The chips: all, then every group, each with its stored count; of what is searched for nobody has counted."""
    kept = {name: request.args[name] for name in ("place", "q") if request.args.get(name)}
    here, rest = url_for("cases.index"), urlencode(kept)

    def url(key: str) -> str:
        asked = "&".join(filter(None, (rest, f"group={key}" if key else "")))
        return f"{here}?{asked}" if asked else here

    return [
        (words, url(key), key == group, None if numbers_of is None else _count(numbers_of, key))
        for key, words in GROUP_WORDS.items()
    ]
