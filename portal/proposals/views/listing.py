"""The list of a place's proposals, with filters in the address, and "similar proposals"."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import make_response, render_template, url_for
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from portal import clock, db
from portal.errors import NotFound
from portal.places import counts as place_counts
from portal.places import current, names
from portal.places.codes import OFFICIAL
from portal.places.models import Place, codes_above
from portal.places.queries import get_place
from portal.proposals import queries
from portal.proposals.forms import SORTS, FilterForm, SimilarForm, number
from portal.proposals.states import GROUP_LABELS, GROUPS
from portal.proposals.views import bp
from portal.text.lazy import _, _l, ngettext
from portal.web.guards import is_htmx, public
from portal.web.paging import cursors

EVERYWHERE = "all"
NO_TOTALS = place_counts.Totals({}, many=False)  # of what is typed, nobody is told how many there are
_NAMED = (
    sa.select(Place.code, Place.level, Place.name, Place.pinyin).where(Place.retired_at.is_(None)).order_by(Place.code)
)
_TOP = db.plan_once(_NAMED.where(Place.parent_code.is_(None)))
_AROUND = _NAMED.where(sa.or_(
    Place.code.in_(sa.bindparam("above", expanding=True)),
    sa.and_(Place.parent_code == sa.bindparam("here", type_=sa.String), Place.level.in_(OFFICIAL)),
))  # fmt: skip


@bp.get("/proposals/")
@public
def index():
    form = FilterForm.from_request()
    around = _around(form.place.data, current.code_now(current_user))
    place, code = around.place, around.place.code if around.place else ""
    form.place.data = code
    group = form.state.data if form.state.data in GROUPS else ""
    filtered = bool(form.q.data or form.theme.data or number(form.space.data))
    part = is_htmx()
    totals = NO_TOTALS if part and form.q.data else place_counts.totals(db.Session(), "proposal", code)
    counts = queries.grouped(totals.by_state)
    page = queries.list_proposals(
        code or None, group=group or None, theme=form.theme.data or None, text=form.q.data or None,
        space_id=number(form.space.data), sort=form.sort.data, many=totals.many, **cursors(),
    )  # fmt: skip
    ends = form.sort.data == "due" and not group  # then only what still ends is listed
    total = None if filtered or ends else counts[group or "all"]
    values = {
        "form": form, "place": place, "page": page, "now": clock.utcnow(), "filtered": filtered or bool(group),
        "narrowed": bool(form.theme.data) or form.sort.data != "new", "order": SORTS[form.sort.data], "part": part,
        "groups": _groups(form, group, {} if filtered else counts),
        "counted": ngettext("%(num)s proposal", "%(num)s proposals", total) if total is not None else _("Proposals that fit"),
    }  # fmt: skip
    if part:
        return _varying(render_template("proposals/_found.html", **values))
    form.place.choices = _choices(around)
    heading = _("Proposals in %(place)s", place=names.of(place)) if place else _("Proposals")
    return _varying(
        render_template("proposals/index.html", heading=heading, **values)
    )


class Around(NamedTuple):
    """A place (None: everywhere), the codes above it, and the places to choose from: those above, itself, and those below."""

    place: sa.Row | None
    above: list[str]
    near: Sequence[sa.Row]


def _around(asked: str, own: str | None) -> Around:
    """What was asked for, else one's own place. One query."""
    code = asked or own
    if code == EVERYWHERE or not code:
        return Around(None, [], db.Session().execute(_TOP).all())
    above = codes_above(code[:24])
    near = db.Session().execute(_AROUND, {"above": above, "here": code}).all()
    place = next((p for p in near if p.code == code), None)
    if asked and place is None:
        raise NotFound(_l("There is no such place."))
    return Around(place, above, near)


def _choices(around: Around) -> list[tuple[str, str]]:
    """The choices of the filter."""
    near = ((p.code, "\u3000" * _depth(p, around.above) + names.of(p)) for p in around.near)
    return [(EVERYWHERE, _("Everywhere")), *near]


def _depth(place: sa.Row, above: list[str]) -> int:
    return above.index(place.code) if place.code in above else len(above)


def place_of(code: str | None):
    """The place named in the address, else the reader's own; None is everywhere."""
    own = current.code_now(current_user)
    if not (code or own):
        return None
    try:
        return get_place(code or own)
    except NoResultFound:
        if not code:  # what this device remembers is gone
            return None
        raise NotFound(_l("There is no such place.")) from None


def _groups(form, group: str, counts: dict[str, int]):
    """The chips: all, then every group, each with its stored count; of what is filtered nobody has counted."""
    kept = {f.name: f.data for f in (form.place, form.q, form.theme, form.space) if f.data}
    kept.setdefault("place", EVERYWHERE)
    if form.sort.data != "new":
        kept["sort"] = form.sort.data
    here = f"{url_for('.index')}?{urlencode(kept)}"
    every = [(_("All"), here, not group, counts.get("all"))]
    return every + [(label, f"{here}&state={g}", g == group, counts.get(g)) for g, label in GROUP_LABELS.items()]


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
