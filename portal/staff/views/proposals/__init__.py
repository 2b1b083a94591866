"""The desk of proposals: review, conclude, answer objections and proposals, start, finish, merge, annul a vote."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from portal import clock, db, files
from portal.ballots import policy as ballot_policy
from portal.ballots import service as ballots
from portal.ballots.forms import AnnulForm
from portal.cases import service as cases
from portal.categories.queries import list_categories
from portal.errors import Conflict, Invalid, NotFound, Refused
from portal.policy import require
from portal.proposals import policy, queries, service
from portal.proposals.models import Proposal
from portal.proposals.states import LABELS, ROLES, AcceptedHow, Who
from portal.proposals.states import ProposalState as S
from portal.proposals.views.page import figures
from portal.staff import notes
from portal.staff.desk import bp, tab
from portal.staff.views.proposals import forms
from portal.text.lazy import _, _l
from portal.units.queries import units_for
from portal.web.guards import signed_in
from portal.web.language import language
from portal.web.paging import cursors

ANY_ROLE = ROLES[Who.REVIEWER] | ROLES[Who.ORGANISER] | ROLES[Who.ANSWERER]
TABS = {
    "review": _l("To review"), "notice": _l("To answer"), "talk": _l("Under deliberation"), "work": _l("Running"),
    "rating": _l("Being rated"),
}  # fmt: skip
FORMS = {
    "pass_review": forms.PassForm, "return": forms.ReturnForm, "refuse": forms.RefuseForm, "conclude": forms.ConcludeForm,
    "start": forms.PassForm, "finish": forms.FinishForm, "merge": forms.MergeForm,
}  # fmt: skip
DONE = {
    "pass_review": _l("Let through. It is public now."), "return": _l("Returned to the proposer."),
    "refuse": _l("Not taken up; the proposer has been told why."), "conclude": _l("The deliberation is concluded."),
    "start": _l("Work is marked as begun."), "finish": _l("Reported done; the residents rate it now."),
    "merge": _l("Merged. The seconds were carried over."),
}  # fmt: skip


tab(
    _l("Proposals"),
    "staff.proposals",
    ANY_ROLE,
    lambda actor: queries.how_many_wait(actor, "review") + queries.how_many_wait(actor, "notice"),
)


@bp.get("/proposals")
@signed_in
def proposals():
    """What waits, the most urgent first."""
    if not current_user.has_role(ANY_ROLE):
        raise Refused(_l("This is the desk of community staff and organisers. Your account has no role here."))
    numbers = queries.desk_counts(current_user)
    show = request.args.get("show", "")
    show = show if show in TABS else next((name for name in TABS if numbers[name]), "review")
    page = queries.desk(current_user, show, **cursors())
    chips = [(label, url_for(".proposals", show=name), name == show, numbers[name]) for name, label in TABS.items()]
    return render_template(
        "staff/proposals.html", page=page, show=show, label=TABS[show], chips=chips, now=clock.utcnow()
    )


@bp.get("/proposals/<int:id>")
@signed_in
def proposals_one(id):
    return _page(_mine(id))


@bp.post("/proposals/<int:id>/moves/<action>")
@signed_in
def proposals_move(id, action):
    """Any step that needs no second look. What it says must be about the proposal as its page showed it."""
    p = _mine(id)
    if action not in FORMS:
        raise NotFound(_l("There is no such step."))
    form = FORMS[action].from_request()
    _require_unchanged(p, form)
    if action in ("start", "finish") and is_carried(p):
        raise Refused(_l("Its case begins and ends the work. Look at the case."))
    if form.submitted():
        try:
            service.move(current_user, id, action, **_given(action, form))
        except Invalid as problem:
            form.refuse(next(f.name for f in form if f.name not in ("seen", "csrf_token")), problem.why)
        else:
            flash(str(DONE[action]))
            return redirect(url_for(".proposals"), code=303)
    return _page(_mine(id), {action: form}), 422


@bp.post("/proposals/<int:id>/answer/check")
@signed_in
def proposals_check(id):
    """Note the official answer and lead to the page that shows it once more."""
    p = _mine(id)
    form = _answer_form(p, forms.AnswerForm.from_request())
    _require_unchanged(p, form)
    require(policy.why_not_move(current_user, p, "decline" if form.how.data == forms.DECLINE else "accept"))
    if not form.submitted():
        return _page(p, {"answer": form}), 422
    notes.keep(current_user, id, {f.name: f.data for f in form if f.name != "csrf_token"})
    return redirect(url_for(".proposals_answer_check", id=id), code=303)


@bp.get("/proposals/<int:id>/answer/check")
@signed_in
def proposals_answer_check(id):
    """The official answer once more, before everybody reads it. Safe to come back to."""
    p, typed = _mine(id), notes.of(current_user, id)
    if typed is None or typed["seen"] != seen(p):
        return redirect(url_for(".proposals_one", id=id))
    form = _answer_form(p, forms.AnswerForm(formdata=None, data=typed))
    chosen = {name: dict(form[name].choices).get(form[name].data, "") for name in ("how", "category_id", "unit_id")}
    return render_template(
        "staff/proposals_check.html", p=p, form=form, chosen=chosen, declined=form.how.data == forms.DECLINE
    )


@bp.post("/proposals/<int:id>/answer")
@signed_in
def proposals_answer(id):
    p = _mine(id)
    form = _answer_form(p, forms.AnswerForm.from_request())
    _require_unchanged(p, form)
    if form.submitted():
        try:
            _answer(p, form)
        except Invalid as problem:
            form.refuse("answer", problem.why)
        else:
            notes.drop(current_user, id)
            flash(_("The answer is public now."))
            return redirect(url_for(".proposals"), code=303)
    return _page(_mine(id), {"answer": form}), 422


@bp.post("/objections/<int:id>/answers")
@signed_in
def proposals_objection(id):
    objection = queries.get_objection(id)
    p = _mine(objection.proposal_id)
    form = forms.ObjectionForm.from_request()
    if form.submitted():
        service.answer_objection(current_user, id, form.answer.data)
        flash(_("The objection is answered."))
        return redirect(url_for(".proposals_one", id=p.id, _anchor=f"objection-{id}"), code=303)
    return _page(p, {f"objection-{id}": form}), 422


@bp.post("/proposals/<int:id>/ballot/annulment")
@signed_in
def proposals_annul(id):
    """Declare the vote void, for a reason everybody reads."""
    p, form = _mine(id), AnnulForm.from_request()
    if p.ballot_id is None:
        raise NotFound(_l("There is no vote on this proposal."))
    if form.submitted():
        ballots.annul(current_user, p.ballot_id, form.reason.data)
        flash(_("The vote is annulled. The proposal is under deliberation again."))
        return redirect(url_for(".proposals_one", id=id), code=303)
    return _page(p, {"annul": form}), 422


def _mine(id: int) -> Proposal:
    """A proposal that lies where this person holds a role; for anybody else it is not at this desk."""
    p = queries.get_proposal(id)
    if not current_user.has_role(ANY_ROLE, p.scope) or policy.why_not_see(current_user, p):
        raise Refused(_l("This proposal belongs to another desk."))
    return p


def _require_unchanged(p: Proposal, form) -> None:
    if form.seen.data != seen(p):
        raise Conflict(_l("Somebody was faster: the proposal is now at “%(state)s”, version %(n)s. Nothing of yours was saved.",
                          state=LABELS[p.state], n=p.version))  # fmt: skip


def seen(p: Proposal) -> str:
    return f"{p.state}:{p.version}:{p.redo_count}"


def _given(action: str, form) -> dict:
    given = {f.name: f.data for f in form if f.name not in ("seen", "csrf_token")}
    return {"reason_code": given["reason_code"], "reason": given["why"]} if action == "refuse" else given


def _answer(p: Proposal, form: forms.AnswerForm) -> None:
    if form.how.data == forms.DECLINE:
        service.move(current_user, p.id, "decline", answer=form.answer.data)
    elif form.how.data == AcceptedHow.CASE:
        cases.accept_with_case(current_user, p.id, answer=form.answer.data, promised_at=form.promised_on.moment,
                               category_id=int(form.category_id.data), responsible=form.responsible.data or _unit_name(form))  # fmt: skip
    else:
        service.move(current_user, p.id, "accept", how=form.how.data, answer=form.answer.data, promised_at=form.promised_on.moment,
                     unit_id=int(form.unit_id.data) if form.unit_id.data else None, responsible=form.responsible.data)  # fmt: skip


def _unit_name(form) -> str:
    return str(dict(form.unit_id.choices)[form.unit_id.data]) if form.unit_id.data else ""


def _answer_form(p: Proposal, form: forms.AnswerForm) -> forms.AnswerForm:
    english = language() == "en"
    form.category_id.choices = [
        (str(c.id), f"{c.full_code} {c.name_en if english else c.name}") for c in list_categories()
    ]
    form.unit_id.choices = [(str(u.id), u.name) for u in units_for(p.place_code)]
    return form


def _page(p: Proposal, sent: dict | None = None):
    """The desk page with the forms of every step that is open to this person."""
    sent, now = sent or {}, clock.utcnow()
    moves = [m for m in policy.open_moves(current_user, p, now) if m in FORMS or m in ("accept", "decline")]
    if is_carried(p):  # its case begins and ends the work
        moves = [m for m in moves if m not in ("start", "finish")]
    open_forms = {m: sent.get(m) or FORMS[m](formdata=None, prefix="") for m in moves if m in FORMS}
    if "accept" in moves:
        open_forms["answer"] = sent.get("answer") or _answer_form(
            p,
            forms.AnswerForm(
                formdata=None,
                data=notes.of(current_user, p.id) or {"category_id": str(p.category_id or ""), "unit_id": ""},
            ),
        )
    for form in open_forms.values():
        form.seen.data = seen(p)
    objections = queries.objections(p.id) if p.objection_count else []
    may_answer = {o.id for o in objections if policy.why_not_answer_objection(current_user, p, o) is None}
    annul = sent.get("annul") or AnnulForm(formdata=None)
    return render_template(
        "staff/proposals_one.html", p=p, forms=open_forms, wrong=next((f for f in sent.values() if f.errors), None), now=now, ballot=p.ballot,
        objections=objections, may_answer=may_answer, objection_forms={o: sent.get(f"objection-{o}") or forms.ObjectionForm(formdata=None) for o in may_answer},
        annul=annul if p.ballot and ballot_policy.why_not_annul(current_user, p.ballot, p.author_id) is None else None,
        pictures=figures(files.photos_of(db.Session(), "proposal", [p.id]).get(p.id, [])), wait=_why_wait(p, now),
        similar=queries.similar(p.title, p.place_code, not_id=p.id) if "merge" in open_forms or p.state is S.SUBMITTED else [],
        ratings=queries.ratings(p) if p.rating_yes_count + p.rating_no_count else [],
    )  # fmt: skip


def is_carried(p: Proposal) -> bool:
    """Is the work on it that of an open case? Where its cases have ended without work, this desk carries it on."""
    return p.accepted_how is AcceptedHow.CASE and cases.is_carried(p.id)


def _why_wait(p: Proposal, now):
    """Why it cannot be concluded or answered yet, if that is all that is missing; or why the work is this desk's."""
    if p.accepted_how is AcceptedHow.CASE and p.state in (S.ACCEPTED, S.IN_PROGRESS) and not cases.is_carried(p.id):
        return _l("No open case carries this proposal any more. The work is begun and reported done here.")
    if p.state is S.PUBLICITY or (p.state is S.DELIBERATING and policy.lacks_seconds(p)):
        refusal = policy.why_not_move(current_user, p, "accept" if p.state is S.PUBLICITY else "conclude", now)
        return refusal.why if refusal else None
    if p.author_id == current_user.id:
        return policy.OWN.why
    return None
