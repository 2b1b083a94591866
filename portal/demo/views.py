"""The shell of the demo: moving the clock, signing in with one press. Registered in demo mode only."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request

from portal import clock, db, outbox
from portal.accounts.models import User
from portal.accounts.views.sign_in import enter
from portal.demo.accounts import ACCOUNTS, PASSWORD
from portal.errors import Invalid, NotFound
from portal.text.lazy import _, _l, ngettext
from portal.web.context import day
from portal.web.guards import public
from portal.web.request import safe_path

bp = Blueprint("demo", __name__, url_prefix="/demo")
MOST_DAYS = 60
ROUNDS = 20  # one deadline leads to the next; more than this would be a circle


@bp.get("/")
@public
def index():
    """Who one can be, and the clock."""
    return render_template("demo/index.html", accounts=ACCOUNTS, password=PASSWORD)


@bp.post("/clock")
@public
def move_clock():
    """Go forward some days and let everything happen that falls due meanwhile, day by day."""
    typed = request.form.get("days", "").strip()
    days = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 3 else 0
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(_l("Write how many days to go forward, from 1 to %(most)s.", most=MOST_DAYS))
    happened: dict[str, int] = {}
    for _day in range(days):
        clock.move_demo_clock(timedelta(days=1))
        for name, n in settle().items():
            happened[name] = happened.get(name, 0) + n
    said = [_("It is now %(day)s.", day=day(clock.utcnow())), *_sentences(happened)]
    flash(" ".join(said))
    return _back()


def settle() -> dict[str, int]:
    """Do what is due and deliver what it says, until nothing is left; returns how much of what was done."""
    did: dict[str, int] = {}
    for _round in range(ROUNDS):
        due = {name: n for name, n in outbox.run_due().items() if n > 0}
        for name, n in due.items():
            did[name] = did.get(name, 0) + n
        delivered = outbox.sweep(grace=timedelta(0))
        if not due and not delivered:
            break
    return did


def _sentences(happened: dict[str, int]) -> list[str]:
    """What the deadlines did, in a sentence each; the rest is one number."""
    words = {
        "ballots.open": lambda n: ngettext("%(num)s ballot opened.", "%(num)s ballots opened.", n),
        "ballots.close": lambda n: ngettext("%(num)s ballot closed.", "%(num)s ballots closed.", n),
    }
    known = [words[name](n) for name, n in happened.items() if name in words]
    rest = sum(n for name, n in happened.items() if name not in words)
    if rest:
        known.append(ngettext("%(num)s other deadline passed.", "%(num)s other deadlines passed.", rest))
    return known or [_("Nothing fell due.")]


@bp.post("/sign-in")
@public
def sign_in():
    """Become one of the demo accounts."""
    username = request.form.get("username", "")
    if username not in {account.username for account in ACCOUNTS}:
        raise NotFound(_l("There is no such demo account."))
    user = db.Session().scalars(sa.select(User).where(User.username == username)).one_or_none()
    if user is None:
        raise NotFound(_l("The demo content has not been loaded."))
    return enter(user, next=request.form.get("next") or f"{request.script_root}/")


def _back():
    return redirect(safe_path(request.form.get("next")) or f"{request.script_root}/", 303)
