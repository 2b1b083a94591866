"""The page of the thread and the same for machines."""

from flask import Blueprint, jsonify, render_template, url_for
from flask_login import current_user

from portal import clock, db
from portal.errors import NotFound
from portal.proposals import policy, queries
from portal.text.lazy import _l
from portal.trace import machine, service, words
from portal.trace import queries as thread_queries
from portal.web.context import Ui
from portal.web.guards import public

bp = Blueprint("trace", __name__)


@bp.app_context_processor
def _into_pages():
    """Pages of lower features draw the thread of their proposal with `trace_of(proposal, ballot)`."""
    return {"trace_of": trace_of}


def trace_of(proposal, ballot=None):
    """The stations of a proposal as a page shows them, links with the prefix of the reader's language."""
    stations = service.build(db.Session(), proposal, clock.utcnow(), ballot=ballot)
    root = Ui().root
    for station in stations:
        station.evidence = [(label, root + path, icon) for label, path, icon in station.evidence if path]
    return stations


@bp.get("/proposals/<int:id>/trace")
@public
def show(id):
    proposal = _visible(id)
    return render_template(
        "trace/show.html", proposal=proposal, stations=trace_of(proposal), step_words=words.step, role_words=words.by
    )


@bp.get("/proposals/<int:id>/trace.json")
@public
def json(id):
    proposal = _visible(id)
    session = db.Session()
    near = thread_queries.neighbours(session, id)
    stations = service.build(session, proposal, clock.utcnow(), near=near)
    return jsonify(machine.thread(session, proposal, near, stations, url_for("trace.show", id=id)))


def _visible(id):
    proposal = queries.get_proposal(id)
    if policy.why_not_see(current_user, proposal) or (proposal.is_hidden and proposal.author_id != current_user.id):
        raise NotFound(_l("There is nothing at this address (any more)."))
    return proposal
