"""Doors of cases: the list, reporting, the page of a case with its rating."""

from flask import Blueprint
from flask_login import current_user

from portal.cases import face, numbers, shown
from portal.cases.models import Case
from portal.cases.states import DUE, LABELS
from portal.cases.words import BADGES, REASONS, ROLES, SOURCES, owes
from portal.cases.words import DUE as DUE_WORDS
from portal.clock import utcnow
from portal.units import names as unit_names

bp = Blueprint("cases", __name__)


@bp.app_template_global()
def case_badge(state):
    """(label, tone, icon) of a state."""
    return LABELS[state], *BADGES[state]


@bp.app_template_global()
def case_left(case: Case):
    """(words, tone) of the time that is left."""
    return face.short(case, utcnow())


@bp.app_template_global()
def case_overdue(case: Case) -> bool:
    return case.is_late(utcnow())


@bp.app_template_global()
def case_reason(code):
    return REASONS.get(code, code)


@bp.app_template_global()
def case_role(role: str):
    return ROLES.get(role, ROLES["staff"])


@bp.app_template_global()
def case_source(source):
    return SOURCES[source]


@bp.app_template_global()
def case_owes(case: Case):
    """Whose turn it is, in words; for what lies with a unit, its name."""
    return owes(case)


@bp.app_template_global()
def case_due(case: Case):
    """(what is owed, by when) until a unit has the case; the limits of handling and review have rows of their own."""
    words = DUE_WORDS.get(DUE.get(case.state, ""))
    return (words, case.due_next) if words and case.due_next else None


@bp.app_template_global()
def case_unit(unit) -> tuple[str, str]:
    """(name, language of the name where it is not that of the page) of a unit."""
    return unit_names.of(unit), unit_names.lang_of(unit)


@bp.app_template_global()
def category_name(category) -> str:
    return shown.kind_of(category)


@bp.app_template_global()
def case_title(case: Case):
    """(title, "zh-CN" where it is a resident's words), as this reader may know it."""
    known = shown.words_shown(current_user, case)
    return shown.title(case, known=known), "zh-CN" if known else ""


@bp.app_template_global()
def case_where(case: Case) -> str:
    return shown.where(current_user, case)


bp.app_template_filter("case_number")(numbers.grouped)

from portal.cases.views import listing, page, reporting  # noqa: E402

__all__ = ["bp", "listing", "page", "reporting"]
