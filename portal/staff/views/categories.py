"""Categories at the desk: what is provisional, and adding local ones without touching the code."""

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from portal.cases.views import category_name
from portal.categories import policy, queries, service
from portal.categories.forms import ExtensionForm, RetireForm
from portal.categories.models import LIMIT_UNITS, THEMES, TRADES, LimitUnit, Theme
from portal.errors import Conflict, Invalid
from portal.policy import Role
from portal.staff.desk import bp, tab
from portal.text.lazy import _, _l
from portal.web.guards import staff

tab(_l("Categories"), "staff.categories", {Role.PLACE_ADMIN, Role.ADMIN})


@bp.route("/categories", methods=["GET", "POST"])
@staff
def categories():
    """Every category with its limit; administrators add a local one below."""
    form = ExtensionForm.from_request()
    if form.submitted() and _add(form):
        return redirect(url_for("staff.categories"))
    every = queries.list_categories(retired=True)
    page = render_template(
        "staff/categories.html", categories=every, form=form, themes=THEMES, trades=TRADES, limit_units=LIMIT_UNITS,
        may_add=policy.why_not_add(current_user) is None, may_retire={c.id for c in every if policy.why_not_retire(current_user, c) is None},
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _add(form: ExtensionForm) -> bool:
    try:
        category = service.add_extension(
            current_user, name=form.name.data, name_en=form.name_en.data or "", theme=Theme(form.theme.data),
            lead_trades=form.lead_trades.data, limit_value=form.limit_value.data or 0, limit_unit=LimitUnit(form.limit_unit.data),
            visible_problem=form.visible_problem.data,
        )  # fmt: skip
    except (Invalid, Conflict) as problem:
        form.refuse("name", problem.why)
        return False
    flash(_("%(name)s is in use now, with the code %(code)s.", name=category.name, code=category.full_code))
    return True


@bp.post("/categories/<int:category_id>/retirement")
@staff
def categories_retire(category_id):
    """Take a category out of use, or bring it back."""
    form = RetireForm.from_request()
    if not form.submitted():
        raise Invalid(_l("This page was open for too long. Reload it and try again."))
    category = service.set_retired(current_user, category_id, form.retired.data == "1")
    said = (
        _(
            "%(name)s is out of use. It stays in this list and can be brought back at any time; cases that have it keep it.",
            name=category_name(category),
        )
        if category.retired
        else _("%(name)s is in use again.", name=category_name(category))
    )
    flash(said)
    return redirect(url_for("staff.categories"))
