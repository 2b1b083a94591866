"""The list of a place's proposals, with filters in the address, and "similar proposals"."""

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from portal import clock
from portal.errors import NotFound
from portal.places import current, names
from portal.places.queries import get_place
from portal.proposals import queries
from portal.proposals.forms import SORTS, FilterForm, SimilarForm, number
from portal.proposals.states import GROUP_LABELS, GROUPS
from portal.proposals.views import bp
from portal.text.lazy import _l
from portal.web.guards import is_htmx, public
from portal.web.paging import cursors


@bp.get("/proposals/")
@public
def index():
    form = FilterForm.from_request()
    place = place_of(form.place.data)
    code = place.code if place else ""
    group = form.state.data if form.state.data in GROUPS else ""
    counts = queries.counts(code)
    page = queries.list_proposals(
        code or None, group=group or None, theme=form.theme.data or None, text=form.q.data or None,
        space_id=number(form.space.data), sort=form.sort.data, **cursors(),
    )  # fmt: skip
    filtered = bool(form.q.data or form.theme.data or number(form.space.data))
    ends = form.sort.data == "due" and not group  # then only what still ends is listed
    total = None if filtered or ends else counts[group or "all"]
    values = {
        "form": form, "place": place, "page": page, "now": clock.utcnow(), "filtered": filtered or bool(group),
        "ballots": queries.ballots_of(page.rows), "order": SORTS[form.sort.data],
        "counted": ngettext("%(num)s proposal", "%(num)s proposals", total) if total is not None else _("Proposals that fit"),
    }  # fmt: skip
    if is_htmx():
        return _varying(render_template("proposals/_found.html", **values))
    heading = _("Proposals in %(place)s", place=names.of(place)) if place else _("Proposals")
    return _varying(render_template("proposals/index.html", heading=heading, groups=_groups(form, group, counts), **values))


def place_of(code: str | None):
    """The place named in the address, else the reader's own; None is everywhere."""
    code = code or current.code_now(current_user)
    if not code:
        return None
    try:
        return get_place(code)
    except NoResultFound:
        raise NotFound(_l("There is no such place.")) from None


def _groups(form, group: str, counts: dict[str, int]):
    """The chips: all, then every group, each with its stored count."""
    kept = {f.name: f.data for f in (form.place, form.q, form.theme, form.space) if f.data}
    if form.sort.data != "new":
        kept["sort"] = form.sort.data
    every = [(_("All"), url_for(".index", **kept), not group, counts["all"])]
    rest = [(label, url_for(".index", **{**kept, "state": g}), g == group, counts[g]) for g, label in GROUP_LABELS.items()]
    return every + rest


def _varying(page):
    """The same address answers with the whole page or with its list only."""
    response = make_response(page)
    response.headers.add("Vary", "HX-Request")
    return response


@bp.get("/proposals/similar")
@public
def similar():
    """A part of a page: proposals much like the title being typed."""
    form = SimilarForm.from_request()
    found = queries.similar(form.title.data, form.place.data, not_id=number(form.id.data)) if form.title.data else []
    return render_template("proposals/_similar.html", found=found, now=clock.utcnow())
