"""Doors of places: the index, and choosing one's community. The page of a place belongs to the front."""

from flask import Blueprint, render_template, request, url_for
from wtforms import StringField

from portal.places import current, names, queries
from portal.places.codes import OFFICIAL
from portal.places.models import PlaceLevel
from portal.text.lazy import _, _l
from portal.web.forms import Query
from portal.web.guards import is_htmx, public
from portal.web.request import safe_path

bp = Blueprint("places", __name__, url_prefix="/places")

__all__ = ["bp", "current"]


class FindForm(Query):
    """`q`: what was typed. `under`: the code of the place whose parts are shown. `next`: where to go on."""

    q = StringField(_l("Name of your community"), default="")
    under = StringField(default="")
    next = StringField(default="")


class MeantForm(Query):
    """What is typed into a PlaceField, and where it looks: codes with commas between them, a level."""

    place_code = StringField(default="")
    under = StringField(default="")
    level = StringField(default="")


@bp.app_context_processor
def _names():
    return {"place_name": names.of}


@bp.get("/")
@public
def index():
    form = FindForm.from_request()
    here = _path(form.under.data)
    code = here[-1].code if here else None
    rows = queries.children(code)
    if code is None and len(rows) == 1:  # one city: begin with its districts
        here, code = rows, rows[0].code
        rows = queries.children(code)
    sizes = queries.sizes(code) if code else {}
    return render_template("places/index.html", here=here, rows=rows, sizes=sizes, crumbs=_crumbs(here))


def _crumbs(here):
    above = [(names.of(p), url_for(".index", under=p.code)) for p in here[1:]]
    return [(_("Home"), f"{request.script_root}/"), (_("Places"), url_for(".index")), *above]


@bp.get("/choose")
@public
def choose():
    """Type a part of the name, or walk down district → street → community."""
    form = FindForm.from_request()
    query = form.q.data[:60]
    found = queries.find_places(query) if query else []
    values = {"query": query, "found": found, "next": safe_path(form.next.data) or ""}
    if is_htmx():
        return render_template("places/_found.html", **values)
    here = _path(form.under.data)
    rows = [] if query else queries.children(here[-1].code) if here else _districts()
    return render_template("places/choose.html", here=here, rows=rows, under=form.under.data, **values)


@bp.get("/meant")
@public
def meant():
    """The places that what is typed into a field may mean: a part of a form, asked for while somebody types."""
    form = MeantForm.from_request()
    text, under = form.place_code.data[:60], [code for code in form.under.data.split(",")[:20] if code.isalnum()]
    level = PlaceLevel(form.level.data) if form.level.data in OFFICIAL else None
    found = queries.places_meant(text, under, level) if text else []
    return render_template(
        "places/_meant.html", typed=text, offered=found, ticked=found[0].place.code if len(found) == 1 else ""
    )


def _districts():
    cities = queries.children(None)
    return queries.children(cities[0].code) if len(cities) == 1 else cities


def _path(code: str):
    """The way down to the place whose parts are to be shown; empty for what is no such place."""
    here = queries.path(code) if code and len(code) <= 9 else []
    return here if here and here[-1].level in (PlaceLevel.CITY, PlaceLevel.DISTRICT, PlaceLevel.STREET) else []
