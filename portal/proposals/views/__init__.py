"""Doors of proposals: the list, the three steps of writing one, its page with everything people can do there."""

from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, request

from portal.categories.models import THEMES, Theme
from portal.moderation.models import HIDE_REASONS
from portal.proposals import stations
from portal.proposals.states import LABELS
from portal.proposals.words import ANNOUNCED, BADGES, HOW, REFUSE_REASONS

bp = Blueprint("proposals", __name__)


@bp.app_template_global()
def proposal_badge(proposal):
    """(label, tone, icon) of its state."""
    if proposal.is_announced:
        return ANNOUNCED
    return LABELS[proposal.state], *BADGES[proposal.state]


@bp.app_template_global()
def days_until(moment, now):
    """Whole days until then; a begun one counts."""
    return -((now - moment) // timedelta(days=1))


@bp.app_template_global()
def proposal_mini(proposal):
    return stations.trace_mini(proposal)


@bp.app_template_global()
def theme_label(theme):
    return THEMES[Theme(theme)]


@bp.app_template_global()
def accepted_how(how):
    return HOW[how]


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
