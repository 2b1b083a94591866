"""The page of one proposal: everything its state asks for, in a constant number of statements."""

from flask import render_template, url_for
from flask_login import current_user

from portal import clock, db, files
from portal.ballots import policy as ballot_policy
from portal.ballots import queries as ballot_queries
from portal.ballots import words as ballot_words
from portal.ballots.forms import VoteForm
from portal.conversations.forms import CommentForm
from portal.conversations.queries import thread_page
from portal.errors import NotFound
from portal.policy import Refusal
from portal.proposals import policy, queries
from portal.proposals.forms import ObjectForm, RateForm
from portal.proposals.states import ROLES, ProposalState, Who
from portal.proposals.views import bp
from portal.text.lazy import _l
from portal.web.guards import public
from portal.web.paging import cursors

S = ProposalState


@bp.get("/proposals/<int:id>")
@public
def show(id):
    return page(id)


def page(id, *, object_form=None, rate_form=None, wrong=None):
    """The page, with what was typed and refused where a form comes back."""
    p = queries.get_proposal(id)
    if policy.why_not_see(current_user, p):
        raise NotFound(_l("There is nothing at this address (any more)."))
    if p.is_hidden and p.author_id != current_user.id and not _is_staff_of(p):
        return render_template("proposals/show.html", p=p, hidden=True), 404
    now = clock.utcnow()
    mine = queries.my_part(p, current_user)
    why_not_object = policy.why_not_object(current_user, p, now) or _waits(mine)
    why_not_rate = policy.why_not_rate(current_user, p, mine.second, now)
    return render_template(
        "proposals/show.html", p=p, ballot=p.ballot, hidden=False, now=now, wrong=wrong, mine=mine.second, following=mine.follows is not None,
        my_rating=mine.rating, pictures=_pictures(p), merged_into=_merged_into(p), why_not_second=policy.why_not_second(current_user, p),
        object_form=object_form or (None if why_not_object else ObjectForm(formdata=None)), why_not_object=why_not_object,
        rate_form=rate_form or (None if why_not_rate else _rating(mine.rating)), why_not_rate=why_not_rate,
        objections=queries.objections(p.id) if p.objection_count or p.state is S.PUBLICITY else [],
        may_edit=policy.why_not_edit(current_user, p) is None, desk_url=_desk_url(p, now),
        may_withdraw=policy.why_not_move(current_user, p, "withdraw", now) is None, **_talk(p), **_vote(p, now),
    )  # fmt: skip


def _rating(mine) -> RateForm:
    """What this person has answered so far, to be changed."""
    return RateForm(formdata=None, data={"answer": mine.answer.value, "comment": mine.comment} if mine else None)


def _waits(mine) -> Refusal | None:
    if mine.objection is not None:
        return Refusal(_l("Your objection stands above. You can add another one once it is answered."))
    return None


def _is_staff_of(p) -> bool:
    return current_user.has_role(ROLES[Who.REVIEWER], p.scope)


def _desk_url(p, now) -> str | None:
    """Staff and organisers see one link, never their tools."""
    if current_user.is_authenticated and current_user.has_role(ROLES[Who.ORGANISER] | ROLES[Who.ANSWERER], p.scope):
        return url_for("staff.proposals_one", id=p.id)
    return None


def _talk(p) -> dict:
    if p.thread_id is None:
        return {"tp": None, "comment_form": None}
    tp = thread_page(p.thread_id, current_user, **cursors())
    return {"tp": tp, "comment_form": CommentForm(formdata=None) if tp.can_write else None}


def _vote(p, now) -> dict:
    """What the ballot box needs; asked only while there is something to vote on."""
    ballot = p.ballot
    if ballot is None or p.state is not S.VOTING:
        return {"vote_form": None, "my_vote": None, "why_not_vote": None}
    seat = ballot_queries.seat(ballot, current_user)
    refusal = ballot_policy.why_not_vote(current_user, ballot, seat.elector, now, seat.vote, hidden=p.is_hidden)
    return {"vote_form": VoteForm(formdata=None), "my_vote": seat.vote, "why_not_vote": refusal}


@bp.app_template_global()
def ballot_outcome(ballot):
    return ballot_words.outcome(ballot)


def _pictures(p) -> list[dict]:
    return figures(files.photos_of(db.Session(), "proposal", [p.id]).get(p.id, [])) if p.photo_count else []


def figures(photos) -> list[dict]:
    """Photos as the components draw them."""
    return [
        {"src": photo.path(photo.nearest(640)), "srcset": photo.srcset, "width": photo.width, "height": photo.height,
         "alt": photo.alt, "caption": photo.alt, "url": photo.path(max(photo.widths))}
        for photo in photos
    ]  # fmt: skip


def _merged_into(p):
    """(id, title) of the proposal this one was merged into."""
    return queries.title_of(p.merged_into_id) if p.merged_into_id else None
