"""Doors of proposals: the list, the three steps of writing one, its page with everything people can do there."""

from urllib.parse import urlencode

from flask import Blueprint, request

from portal import clock
from portal.categories.models import THEMES, Theme
from portal.moderation.models import HIDE_REASONS
from portal.proposals import stations
from portal.proposals.words import ANSWERS, HOW, REFUSE_REASONS, responsible

bp = Blueprint("proposals", __name__)


@bp.app_template_global()
def proposal_path(proposal_id):
    """Where its page is; `url_for` would cost a list as much as the row it stands in."""
    return f"{request.script_root}/proposals/{proposal_id}"


@bp.app_template_global()
def proposal_badge(proposal, now=None):
    """(label, tone, icon) of its state."""
    return stations.badge(proposal, now or clock.utcnow())


@bp.app_template_global()
def days_until(moment, now):
    """Whole days until then; a begun one counts."""
    return clock.days_left(moment, now)


@bp.app_template_global()
def proposal_waits(proposal, now):
    """Is its notice over, and its official answer owed?"""
    return stations.waits_for_answer(proposal, now)


@bp.app_template_global()
def proposal_late(proposal, now):
    """Since when its answer or its work is late, or None."""
    return stations.late_since(proposal, now)


@bp.app_template_global()
def rating_words(rating):
    """What somebody answered, in words."""
    return ANSWERS[rating.answer]


@bp.app_template_global()
def proposal_mini(proposal, now):
    return stations.trace_mini(proposal, now)


@bp.app_template_global()
def theme_label(theme):
    return THEMES[Theme(theme)]


@bp.app_template_global()
def accepted_how(how):
    return HOW[how]


@bp.app_template_global()
def proposal_responsible(proposal):
    return responsible(proposal)


@bp.app_template_global()
def refuse_reason(code):
    return REFUSE_REASONS.get(code, REFUSE_REASONS["not_specific"])


@bp.app_template_global()
def hide_reason(code):
    return HIDE_REASONS.get(code, HIDE_REASONS["off_topic"])


@bp.app_template_filter()
def report_path(here, kind, ident):
    """Where a thing is reported; afterwards one comes back `here`."""
    return f"{request.script_root}/reports/new?{urlencode({'kind': kind, 'id': ident, 'next': here})}"


from portal.proposals.views import acts, listing, page, texts, writing  # noqa: E402

__all__ = ["acts", "bp", "listing", "page", "texts", "writing"]
