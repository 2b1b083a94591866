"""The page of a case: where it stands, what was done, how it is rated."""

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from portal.cases import face, policy, queries, service
from portal.cases.forms import PlainForm, RatingForm
from portal.cases.models import Case
from portal.cases.queries import About
from portal.cases.views import bp
from portal.cases.words import DONE, RATINGS, SAME_UNIT, STAGES
from portal.clock import utcnow
from portal.errors import Invalid
from portal.moderation.models import HIDE_REASONS
from portal.places import queries as places
from portal.text.lazy import _, _l
from portal.text.lengths import how_long
from portal.units import queries as units
from portal.units.models import Unit
from portal.units.names import of
from portal.web.guards import public, signed_in
from portal.web.language import language


@bp.get("/cases/<number>")
@public
def show(number):
    """Everything that is public about a case."""
    return _page(queries.get_case(number))


def _page(case: Case, form: RatingForm | None = None, status: int = 200):
    path = places.path(case.place_code)
    if case.is_hidden and not policy.works_on(current_user, case):
        return render_template(
            "cases/hidden.html", case=case, path=path, reason=HIDE_REASONS.get(case.hidden_reason)
        ), 200
    about = queries.about(case)
    helping, log = helping_and_log(case, about)
    now = utcnow()
    may_rate = policy.why_not_rate(current_user, case, about.has_proposal, now) is None
    page = render_template(
        "cases/show.html", case=case, path=path, about=about, form=form or (RatingForm() if may_rate else None), face=face.read(case, now), now=now,
        stages=[(STAGES[name], status) for name, status in queries.stages(case)], log=log,
        helping=helping, words_hidden=policy.why_not_see_words(current_user, case),
        may_rate=may_rate,
        may_withdraw=policy.why_not_move(current_user, case, "withdraw") is None,
        on_desk=policy.works_on(current_user, case), rated=RATINGS.get(case.rating) if case.rating else None,
        answered=how_long(case.accepted_at - case.reported_at) if case.accepted_at else None,
        mine=current_user.id is not None and current_user.id == case.reporter_id,
    )  # fmt: skip
    return page, status


def helping_and_log(case: Case, about: About) -> tuple[dict[int, Unit], list[dict]]:
    """The units that help, and the public log. One query for all units; the log keeps their Chinese names, English pages say the English ones."""
    helps, named = (
        case.co_unit_ids or [],
        {entry.details.get("unit_id") for entry in about.log} - {None} if language() == "en" else set(),
    )
    known = units.by_ids({*helps, *named})
    return {ident: known[ident] for ident in helps if ident in known}, _log(
        about, {ident: of(known[ident]) for ident in named if ident in known}
    )


def _log(about: About, names: dict[int, str]) -> list[dict]:
    """Newest first: when, in which role, what was done, and the words to the residents."""
    rows: list[dict] = []
    had_it = None
    for entry in about.log:
        action = entry.action.removeprefix("case.")
        if action in DONE:
            said = SAME_UNIT if action == "redispatch" and entry.details.get("unit_id") == had_it else DONE[action]
            had_it = entry.details.get("unit_id", had_it)
            unit = names.get(entry.details.get("unit_id")) or entry.details.get("unit", "")
            rows.append({
                "at": entry.at, "role": entry.role or entry.actor_kind, "words": said.but(unit=unit) if "%(unit)s" in said.text else said,
                "public": entry.details.get("public", ""), "reason_code": entry.details.get("reason_code"), "entry": entry,
            })  # fmt: skip
    return rows[::-1]


@bp.post("/cases/<number>/ratings")
@signed_in
def rate(number):
    """Whoever reported the case says how it went."""
    form = RatingForm.from_request()
    if not form.submitted():
        return _page(queries.get_case(number), form, 422)
    case = service.rate(current_user, str(number), form.rating.data, form.comment.data or "")
    if case.closed_at is None:
        flash(_("Thank you. The case is open again; the unit looks at it once more."))
    else:
        flash(_("Thank you. Your rating is on the page of the case."))
    return redirect(url_for("cases.show", number=case.number))


@bp.route("/cases/<number>/withdrawal", methods=["GET", "POST"])
@signed_in
def withdraw(number):
    """Take back one's own report, after a look at what that means."""
    form = PlainForm.from_request()
    if form.submitted():
        case = service.move(current_user, str(number), "withdraw")
        flash(_("Your report is withdrawn. Thank you for telling us."))
        return redirect(url_for("cases.show", number=case.number))
    if form.errors:
        raise Invalid(_l("This page was open for too long. Reload it and try again."))
    case = queries.get_case(number)
    return render_template(
        "cases/withdraw.html", case=case, why_not=policy.why_not_move(current_user, case, "withdraw")
    )
