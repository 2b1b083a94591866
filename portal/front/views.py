"""The home page and the page of a place."""

from flask import Blueprint, render_template, request
from flask_login import current_user

from portal import clock, db
from portal.cases.queries import list_cases
from portal.cases.states import CLOSED_STATES
from portal.errors import NotFound
from portal.front import chain, queries
from portal.places import counts as place_counts
from portal.places import names
from portal.places import queries as places
from portal.places.current import code_now
from portal.places.models import PlaceLevel
from portal.proposals.states import PRIVATE, ProposalState
from portal.spaces.defaults import ABOUT, DEFAULTS
from portal.spaces.words import in_plain_words
from portal.text.lazy import _, _l
from portal.web.guards import public

bp = Blueprint("front", __name__)
STREET = 9  # the home page shows one's street: wide enough to be lively, near enough to matter


@bp.get("/")
@public
def home():
    """What is going on around me; around everybody, where nobody said where he lives."""
    code = (code_now(current_user) or "")[:STREET]
    wanted = {"voting": 4, "finished": 6, "gathering": 4}
    found = queries.matters(code, wanted, many=False)
    quiet = code and not any(found.values())
    if quiet:  # a quiet street: show the city instead of nothing
        code = code[:2]
        found = queries.matters(code, wanted, many=True)
    case = next((m.case for m in found["finished"][:1] if m.case), None)
    whole = next((m for m in found["finished"] if m.proposal.state == ProposalState.CONFIRMED), None)
    return render_template(
        "front/home.html",
        **found | {"finished": found["finished"][:3]},
        # where the street is quiet, the statement that fetches these went into looking at the city
        photos=queries.before_and_after(case) if case and not quiet else [],
        chain=whole,
        stations=chain.stations(whole) if whole else [],
        days=chain.days(whole) if whole else 0,
        spaces=queries.active_spaces(code, 4),
        duty=queries.on_duty(code),
        waiting=queries.ballots_waiting(current_user) if current_user.is_authenticated else 0,
        now=clock.utcnow(),
        scope=code,
    )


@bp.get("/places/<code>")
@public
def place(code):
    """One template for a city, a district, a street, a community, and a place of an imported source."""
    path = places.path(code)
    if not path:
        raise NotFound(_l("There is no place with this code."))
    here = path[-1]
    is_community = here.level is PlaceLevel.COMMUNITY
    totals = place_counts.of_every_kind(db.Session(), code)
    found = queries.matters(code, {"voting": 5, "latest": 6}, many="proposal" in totals and totals["proposal"].many)
    counts = {kind: of_kind.by_state for kind, of_kind in totals.items()}
    return render_template(
        "front/place.html",
        place=here,
        above=path[:-1],
        crumbs=_crumbs(path),
        figures=_figures(counts),
        residents=sum(counts.get("resident", {}).values()),
        doors=queries.doors(code),
        rooms=queries.community_spaces(code) if is_community else [],
        parts=[] if is_community else _table(queries.parts(code)),
        cases=list_cases(place_code=code, many="case" in totals and totals["case"].many, size=5).rows,
        duty=queries.on_duty(code),
        mine=code_now(current_user) == code,
        is_community=is_community,
        now=clock.utcnow(),
        **found,
    )


def _crumbs(path):
    root = request.script_root
    above = [(names.of(p), f"{root}/places/{p.code}") for p in path[:-1]]
    return [(_("Home"), f"{root}/"), *above, (names.of(path[-1]), None)]


def _figures(counts) -> list[tuple]:
    """The four numbers of a place, from what is counted there."""
    proposals = counts.get("proposal", {})
    return [
        (_("Cases being handled"), _open_cases(counts)),
        (_("Voting now"), proposals.get(ProposalState.VOTING, 0)),
        (_("Proposals"), _public(proposals)),
        (_("Patrols"), sum(counts.get("patrol", {}).values())),
    ]


def _table(parts) -> list[dict]:
    rows = [
        {"place": part.place, "proposals": _public(part.counts.get("proposal", {})), "cases": _open_cases(part.counts),
         "residents": sum(part.counts.get("resident", {}).values())}
        for part in parts
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -row["proposals"] - row["cases"])  # where something goes on first, else by code


def _public(states: dict[str, int]) -> int:
    return sum(n for state, n in states.items() if state not in PRIVATE)


def _open_cases(counts) -> int:
    return sum(n for state, n in counts.get("case", {}).items() if state not in CLOSED_STATES)


@bp.app_template_global()
def space_defaults():
    """The rules each kind of room begins with, in plain words; for the page of rules."""
    return [(ABOUT[kind], in_plain_words(rules)) for kind, rules in DEFAULTS.items()]
