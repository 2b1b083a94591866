"""Writing a proposal in three steps, each with its own address and saved as one goes."""

import secrets

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_login import current_user

from portal import clock, db, files, links
from portal.errors import Conflict, Invalid, NotFound, Refused
from portal.places.queries import find_places
from portal.policy import require
from portal.proposals import policy, queries, service
from portal.proposals.forms import SayForm, SendForm, StartForm
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState
from portal.proposals.views import bp
from portal.proposals.views.listing import place_of
from portal.proposals.views.page import figures
from portal.spaces.defaults import ABOUT
from portal.spaces.queries import spaces_for
from portal.text import emergency
from portal.text.clean import one_line
from portal.text.lazy import _, _l
from portal.web.guards import public, signed_in
from portal.web.limits import limiter

SOURCES = ("topic", "finding", "case")


@bp.get("/proposals/new")
@public
def new():
    """Step 1, or why one may not and how one may. `?place=` and `?from=topic:12` are taken over."""
    form = StartForm(formdata=None, client_key=secrets.token_hex(16), source=request.args.get("from", "")[:40])
    return _start(form, place_of(request.args.get("place", "")[:24] or None), url_for(".create"))


@bp.post("/proposals/new")
@signed_in
@limiter.limit("20/hour")
def create():
    require(policy.why_not_draft(current_user))
    form = StartForm.from_request()
    place = place_of(form.place_code.data)
    spaces = spaces_for(place.code) if place else []  # held, so that the service finds the chosen one loaded
    form.space_id.choices = [(str(s.id), s.name) for s in spaces]
    if not form.submitted():
        return _start(form, place, url_for(".create")), 422
    given = {"space_id": int(form.space_id.data), "place_code": place.code, "client_key": _key(form)}
    source = _source(form.source.data)
    draft = service.draft_from(current_user, source, **given) if source else service.save_draft(current_user, **given)
    return redirect(url_for(".draft", id=draft.id), code=303)


@bp.post("/findings/<int:id>/proposals")
@signed_in
def from_finding(id):
    """A finding of a patrol becomes a draft, photos and all, in one step; the nearest space is suggested."""
    require(policy.why_not_draft(current_user))
    code = queries.place_of_finding(id)
    spaces = spaces_for(code)
    if not spaces:
        return redirect(url_for(".new", place=code, **{"from": f"finding:{id}"}), code=303)
    draft = service.draft_from(current_user, ("finding", id), space_id=spaces[0].id, place_code=code)
    flash(_("A draft was begun from what you found. Add what is missing."))
    return redirect(url_for(".draft", id=draft.id), code=303)


@bp.route("/proposals/<int:id>/place", methods=["GET", "POST"])
@signed_in
def place(id):
    """Step 1 again, for a draft there is."""
    p = own_draft(id)
    form = StartForm.from_request(data={"space_id": str(p.space_id)})
    place = place_of(form.place_code.data or request.args.get("place", "")[:24] or p.place_code)
    form.space_id.choices = [(str(s.id), s.name) for s in spaces_for(place.code)] if form.is_submitted() else []
    if form.submitted():
        service.save_draft(current_user, p.id, space_id=int(form.space_id.data), place_code=place.code)
        return redirect(url_for(".draft", id=p.id), code=303)
    page = _start(form, place, url_for(".place", id=p.id))
    return page, 422 if form.errors else 200


@bp.route("/proposals/<int:id>/draft", methods=["GET", "POST"])
@signed_in
def draft(id):
    """Step 2. "Save draft" keeps whatever there is, on the way to step 1 as well; "Next" wants it complete."""
    p = own_draft(id)
    form = SayForm.from_request(obj=p) if request.method == "POST" else SayForm(formdata=None, data=_said(p))
    if request.method == "POST":
        complete = form.validate()
        if _keep(p, form) and (complete or "draft" in request.form or "place" in request.form):
            if "place" in request.form:
                return redirect(url_for(".place", id=p.id), code=303)
            if "draft" in request.form:
                flash(_("Draft saved. We keep it for 30 days."))
                return redirect(url_for(".draft", id=p.id), code=303)
            return redirect(url_for(".check", id=p.id), code=303)
        p = own_draft(id)  # saving read it anew, without what the page shows around it
    found = queries.similar(form.title.data, p.place_code, not_id=p.id) if form.title.data else []
    pictures = files.photos_of(db.Session(), "proposal", [p.id]).get(p.id, [])
    page = render_template("proposals/draft.html", p=p, form=form, found=found, pictures=pictures, now=clock.utcnow())
    return page, 422 if form.errors else 200


@bp.post("/proposals/<int:id>/draft/text")
@signed_in
def autosave(id):
    """What the page sends a moment after typing stops. Photos are not part of it."""
    form = SayForm.from_request()
    service.save_draft(current_user, id, **form.unfinished())
    return jsonify(saved=True)


@bp.post("/proposals/<int:id>/photos/<int:photo_id>/removal")
@signed_in
def remove_photo(id, photo_id):
    service.remove_photo(current_user, id, photo_id)
    flash(_("Photo removed."))
    return redirect(url_for(".draft", id=id), code=303)


@bp.get("/proposals/<int:id>/check")
@signed_in
def check(id):
    """Step 3: everything once more, what is missing, and the emergency numbers where the words ask for them."""
    p = queries.get_proposal(id)
    if p.author_id == current_user.id and p.state not in (ProposalState.DRAFT, ProposalState.RETURNED):
        return redirect(url_for(".show", id=id))  # sent in already
    return _check(_own(p), SendForm(formdata=None))


@bp.post("/proposals/<int:id>/submission")
@signed_in
def send(id):
    p = queries.get_proposal(id)
    if p.author_id == current_user.id and p.state is ProposalState.SUBMITTED:
        return redirect(url_for(".sent", id=id), code=303)  # pressed twice
    p, form = _own(p), SendForm.from_request()
    form.validate()
    if emergency.numbers(p.title, p.body) and not form.no_emergency.data:
        form.refuse("no_emergency", _("If somebody is in danger, call first. Otherwise tick this box."))
    if not form.no_emergency.errors:
        try:
            service.submit(current_user, id)
            return redirect(url_for(".sent", id=id), code=303)
        except Invalid as problem:
            flash(str(problem.why), "alert")
    return _check(own_draft(id), form), 422


@bp.get("/proposals/<int:id>/sent")
@signed_in
def sent(id):
    p = queries.get_proposal(id)
    if p.author_id != current_user.id:
        raise NotFound(_l("There is nothing at this address (any more)."))
    return render_template("proposals/sent.html", p=p)


def own_draft(id: int) -> Proposal:
    """A draft (or a returned proposal) of whoever asks; anybody else's is not there."""
    return _own(queries.get_proposal(id))


def _own(p: Proposal) -> Proposal:
    if p.author_id != current_user.id:
        raise NotFound(_l("There is nothing at this address (any more)."))
    if p.state not in (ProposalState.DRAFT, ProposalState.RETURNED):
        raise Conflict(_l("This proposal has been sent already. You find it on its own page."))
    return p


def _start(form, place, action):
    refusal = policy.why_not_draft(current_user)
    spaces = spaces_for(place.code) if place and not refusal else []
    form.space_id.choices = [(str(s.id), s.name) for s in spaces]
    query = one_line(request.args.get("q", ""))[:60]
    asked = request.args.get("space", "")
    if not form.space_id.data and asked in {str(s.id) for s in spaces}:
        form.space_id.data = asked
    source = _source(form.source.data)
    about = links.describe(db.Session(), [source]).get(source) if source else None
    return render_template(
        "proposals/start.html", form=form, place=place, spaces=spaces, refusal=refusal, action=action,
        notes={str(s.id): ABOUT[s.kind].label for s in spaces}, about=about if about and about.public else None,
        here=_here(form), draft_note=_draft_note(spaces), query=query, found=find_places(query) if query and not refusal else [],
    )  # fmt: skip


def _draft_note(spaces):
    """Said in time: writing is open to this person, sending is not yet."""
    if spaces and (why := [policy.why_not_propose(current_user, s) for s in spaces]) and all(why):
        return _("You can write and save a draft now. To send it: %(why)s", why=why[0].why)
    return None


def _here(form) -> str:
    """This step again, after another place was chosen."""
    return url_for(request.endpoint if request.method == "GET" else ".new", **(request.view_args or {}), **_kept(form))


def _kept(form) -> dict:
    return {"from": form.source.data} if form.source.data else {}


def _source(text: str | None) -> tuple[str, int] | None:
    kind, _sep, ident = (text or "").partition(":")
    if kind in SOURCES and ident.isascii() and ident.isdigit() and len(ident) < 10:
        return kind, int(ident)
    return None


def _key(form) -> str | None:
    return form.client_key.data or None


def _said(p: Proposal) -> dict:
    return {
        "title": p.title,
        "where": p.where,
        "theme": p.theme.value if p.theme else "",
        "body": p.body,
        "plan": p.plan,
    }


def _keep(p: Proposal, form: SayForm) -> bool:
    """Save what was typed, however unfinished, and the new photos; False if something was refused (and says so)."""
    service.save_draft(current_user, p.id, **form.unfinished())
    uploads = form.photos.uploads()
    if uploads:
        try:
            service.add_photos(current_user, p.id, uploads, [form.alt.data] * len(uploads))
        except (Invalid, Refused) as problem:
            form.refuse("photos", problem.why)
            return False
    return True


def _check(p: Proposal, form: SendForm):
    typed = SayForm(formdata=None, data=_said(p))
    missing = not all((p.title, p.where, p.theme, p.body))
    refusal = policy.why_not_propose(current_user, p.space)
    pictures = figures(files.photos_of(db.Session(), "proposal", [p.id]).get(p.id, []))
    return render_template(
        "proposals/check.html", p=p, form=form, typed=typed, missing=missing, refusal=refusal, pictures=pictures,
        numbers=emergency.numbers(p.title, p.body), found=queries.similar(p.title, p.place_code, not_id=p.id) if p.title else [],
        now=clock.utcnow(),
    )  # fmt: skip
