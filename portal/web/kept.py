"""Pages of readers who are not signed in, kept in memory until something changes.

Whatever changes writes to the ledger in its own transaction, so the head of the ledger names the state of the whole portal: a page
drawn at this head is true while the head stands. What moves with the clock (how long ago, how long still) is drawn again
every minute, and so is what follows from entries or comes without them: counts of members, what commands load (places).
"""

import threading
import zlib
from typing import NamedTuple

import sqlalchemy as sa
from cachetools import LRUCache
from flask import Flask, current_app, g, request, session
from flask_login import current_user
from sqlalchemy.exc import DBAPIError

from portal import audit, clock, db
from portal.web.guards import is_htmx

LONGEST = 500  # characters of an address; what is longer, nobody asks for again
CHOSEN = ("place", "elder", "theme")  # the cookies that pages look at, besides that of the session
_HEAD = sa.select(audit.Head.seq, audit.Head.hash)


class Page(NamedTuple):
    """A page, and at which head of the ledger and in which minute it was drawn."""

    drawn: tuple
    packed: bytes
    kind: str  # its content type
    vary: list[str]


def register(app: Flask) -> None:
    """Keep up to `kept_pages` MiB of pages in this process; none where that is 0."""
    room = app.config["PORTAL"].kept_pages * 2**20
    if not room:
        return
    pages = app.extensions["kept"] = LRUCache(room, getsizeof=lambda page: len(page.packed) + 2000)
    lock = threading.Lock()

    @app.before_request
    def _kept():
        if not _is_anybodys():
            return None
        asked, drawn = _asked(), _now()
        if drawn is None:
            return None
        with lock:
            page = pages.get(asked)
        if page is None or page.drawn != drawn:
            g.keep = asked, drawn
            return None
        response = app.response_class(zlib.decompress(page.packed), content_type=page.kind)
        response.vary.update(page.vary)
        return response

    @app.after_request
    def _keep(response):
        if "keep" in g and _is_plain(response):
            asked, drawn = g.keep
            page = Page(drawn, zlib.compress(response.get_data(), 1), response.content_type, list(response.vary))
            with lock:
                if pages.getsizeof(page) <= room:
                    pages[asked] = page
        return response


def _is_anybodys() -> bool:
    """Does the answer depend on nothing but the address, the cookies and the state of the portal?"""
    view = current_app.view_functions.get(request.endpoint or "")
    return (
        getattr(view, "guard", "") == "public"
        and request.method == "GET"
        and len(request.url) <= LONGEST
        and not current_user.is_authenticated
        and session.keys() <= {"csrf_token"}
    )


def _asked() -> tuple:
    return request.url, is_htmx(), *(request.cookies.get(name, "")[:20] for name in CHOSEN)


def _now() -> tuple | None:
    """Where the ledger and the clock stand; None while the database cannot be asked, as some pages do without it."""
    try:
        head = db.Session().execute(_HEAD).one_or_none()
    except DBAPIError:
        db.Session.rollback()
        return None
    return (*(head or ()), int(clock.utcnow().timestamp()) // 60)


def _is_plain(response) -> bool:
    """An ordinary page, without anything of this one reader's."""
    return (
        response.status_code == 200
        and not response.is_streamed
        and response.mimetype in ("text/html", "application/json", "application/atom+xml", "text/calendar")
        and "Set-Cookie" not in response.headers
        and "Cache-Control" not in response.headers
        and not session  # a form was drawn, or something is to be said once
    )
