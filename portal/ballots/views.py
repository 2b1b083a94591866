"""Doors of ballots: choose → check → cast → receipt. Casting twice changes nothing."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import current_user

from portal import clock, db
from portal.ballots import policy, queries, results, service, words
from portal.ballots.forms import CHOICES, VoteForm
from portal.ballots.models import Choice
from portal.ballots.states import BallotState
from portal.places.queries import get_place
from portal.policy import require
from portal.web.errors import REMEDIES
from portal.web.guards import public, signed_in
from portal.web.paging import cursors

bp = Blueprint("ballots", __name__, url_prefix="/ballots")


@bp.app_template_global()
def ballot_counts(ballot, now):
    """The counts as they may be seen now, or None."""
    return results.visible_counts(ballot, now)


@bp.app_template_global()
def ballot_threshold(ballot):
    return words.threshold(ballot)


@bp.app_template_global()
def ballot_names_public(ballot, now):
    """May everybody read who chose what by now?"""
    return results.names_are_public(ballot, now)


@bp.app_template_global()
def ballot_choice(vote):
    """What the reader chose, in words; a vote that somebody else of the household cast tells nothing."""
    return CHOICES[vote.choice] if vote is not None and vote.cast_by == current_user.id else None


@bp.app_template_global()
def ballot_secrecy(ballot):
    return words.secrecy(ballot.rule_set)


@bp.app_template_global()
def remedy(refusal):
    """(label, url) of the page that helps, or None; afterwards one comes back to the page at hand."""
    if refusal is None or refusal.remedy not in REMEDIES:
        return None
    return REMEDIES[refusal.remedy], url_for(refusal.remedy, next=request.script_root + request.full_path.rstrip("?"))


@bp.get("/<int:id>")
@public
def show(id):
    return _page(queries.get_ballot(id), VoteForm(formdata=None))


@bp.post("/<int:id>/check")
@signed_in
def choose(id):
    """Take note of a choice, in the reader's own browser only, and lead to the page that shows it once more."""
    ballot, form = queries.get_ballot(id), VoteForm.from_request()
    seat = queries.seat(ballot, current_user)
    hidden = queries.is_hidden(db.Session(), ballot)
    require(policy.why_not_vote(current_user, ballot, seat.elector, clock.utcnow(), seat.vote, hidden=hidden))
    if not form.submitted():
        return _refused(_page(ballot, form, seat))
    session["choice"] = f"{id}:{form.choice.data}"
    return redirect(url_for(".check", id=id), code=303)


@bp.get("/<int:id>/check")
@signed_in
def check(id):
    """What would be cast, to be looked at before it is. Safe to come back to."""
    ballot_id, _sep, choice = session.get("choice", "").partition(":")
    if ballot_id != str(id) or choice not in set(Choice):
        return redirect(url_for(".show", id=id))
    ballot = queries.get_ballot(id)
    if queries.is_hidden(db.Session(), ballot):
        return redirect(url_for(".show", id=id))
    return render_template("ballots/check.html", ballot=ballot, choice=Choice(choice), label=CHOICES[Choice(choice)],
                           place=get_place(ballot.place_code), rules=ballot.rule_set)  # fmt: skip


@bp.post("/<int:id>/votes")
@signed_in
def vote(id):
    form = VoteForm.from_request()
    if not form.submitted():
        return _refused(_page(queries.get_ballot(id), form))
    service.vote(current_user, id, form.choice.data)
    session.pop("choice", None)
    return redirect(url_for(".receipt", id=id), code=303)


@bp.get("/<int:id>/receipt")
@signed_in
def receipt(id):
    ballot = queries.get_ballot(id)
    mine, about = queries.my_vote(ballot, current_user), queries.subject(db.Session(), ballot)
    if mine is None or (about and not about.public):
        return redirect(url_for(".show", id=id))
    now, label = clock.utcnow(), ballot_choice(mine)
    is_open = ballot.state is BallotState.OPEN and ballot.closes_at > now
    return render_template("ballots/receipt.html", ballot=ballot, vote=mine, label=label, now=now, about=about, is_open=is_open,
                           is_shown=results.visible_counts(ballot, now) is not None)  # fmt: skip


def _refused(answer):
    """The page with what is missing; one that has its own status (of a hidden matter) keeps it."""
    return answer if isinstance(answer, tuple) else (answer, 422)


def _page(ballot, form, seat=None):
    about = queries.subject(db.Session(), ballot)
    if about and not about.public:  # the question is its title
        return render_template("ballots/hidden.html", ballot=ballot), 404
    seat = seat or queries.seat(ballot, current_user)
    now = clock.utcnow()
    refusal = policy.why_not_vote(current_user, ballot, seat.elector, now, seat.vote)
    return render_template("ballots/show.html", ballot=ballot, form=form, vote=seat.vote, refusal=refusal, now=now, about=about,
                           named=queries.named_votes(ballot, now, **cursors()), choices=CHOICES,
                           badge=words.BADGES[ballot.state], sentences=words.rules(ballot), outcome=words.outcome(ballot))  # fmt: skip
