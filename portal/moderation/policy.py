"""Who may report, and who may decide. Four eyes: neither the author nor who reported decides."""

from portal.links import Subject
from portal.moderation.models import Report, ReportState
from portal.policy import Level, Refusal, Role, Scope
from portal.text.lazy import _l

DECIDERS = frozenset({Role.MODERATOR, Role.PLACE_ADMIN})


def why_not_report(actor, thing: Subject) -> Refusal | None:
    if not actor.is_authenticated:
        return Refusal(_l("Sign in to report something."), "accounts.sign_in")
    if actor.is_suspended or actor.level < Level.PHONE:
        return Refusal(_l("Confirm your phone number first; then you can report something."), "accounts.verify")
    if thing.author_id == actor.id:
        return Refusal(_l("These are your own words. You can withdraw or change them."))
    return None


def why_not_moderate(actor, scope: Scope, author_id: int | None, *, reported_it: bool = False) -> Refusal | None:
    """May this person hide, keep or restore a thing that lies there?"""
    if not actor.has_role(DECIDERS, scope):
        return Refusal(_l("Only the moderators of this place decide about this."))
    if author_id is not None and author_id == actor.id:
        return Refusal(_l("Nobody decides about his own words. A colleague has to look at this."))
    if reported_it:
        return Refusal(_l("You reported this yourself. A colleague has to decide."))
    return None


def why_not_decide(actor, report: Report, *, reported_it: bool) -> Refusal | None:
    if report.state is not ReportState.REPORTED:
        return Refusal(_l("A colleague has already decided about this report."))
    return why_not_moderate(actor, scope_of(report), report.author_id, reported_it=reported_it)


def scope_of(report: Report) -> Scope:
    return Scope(place=report.place_code, space=report.space_id)
