"""`ui.place`: the community of whoever is looking, from the profile or a cookie. At most one query."""

import re
from typing import NamedTuple

import sqlalchemy as sa
from flask import request

from portal import db
from portal.places.models import Place
from portal.web.context import provides
from portal.web.language import language

COOKIE = "place"
YEAR = 365 * 24 * 3600
_NAMES = db.plan_once(
    sa.select(Place.code, Place.name, Place.pinyin).where(Place.code.in_(sa.bindparam("codes", expanding=True)))
)
_CODE = re.compile(r"[0-9]{2,12}", re.ASCII)


class PlaceNow(NamedTuple):
    """What the header shows."""

    code: str
    name: str
    pinyin: str
    district_name: str
    url: str


def code_now(actor) -> str | None:
    """The code only, without asking the database: one's own community, else the one chosen on this device."""
    if actor.home_code:
        return actor.home_code
    chosen = request.cookies.get(COOKIE, "")
    return chosen if _CODE.fullmatch(chosen) else None


@provides("place")
def place_now(actor) -> PlaceNow | None:
    code = code_now(actor)
    if code is None:
        return None
    found = {row.code: row for row in db.Session().execute(_NAMES, {"codes": {code, code[:6]}})}
    here, district = found.get(code), found.get(code[:6])
    if here is None:
        return None
    english = language() == "en"
    above = "" if district is None or district is here else district.pinyin if english else district.name
    name = here.pinyin if english and here.pinyin else here.name
    url = f"{'/en' if english else ''}/places/{here.code}"
    return PlaceNow(here.code, name, "" if english else here.pinyin, above, url)


def remember(response, code: str):
    """Keep the chosen community on this device."""
    response.set_cookie(COOKIE, code, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return response
