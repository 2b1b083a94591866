"""Every view wears exactly one guard; a test walks all routes. The guard says who may look; policy says who may do."""

from functools import wraps

from flask import request
from flask_login import current_user

from portal.errors import Refused
from portal.text.lazy import _l


def public(view):
    """Anybody may open this page."""
    view.guard = "public"
    return view


def signed_in(view):
    """Only somebody with an account; others are led to the sign-in page and back."""

    @wraps(view)
    def guarded(*args, **kwargs):
        if not current_user.is_authenticated:
            raise Refused(_l("Please sign in first."), remedy="accounts.sign_in")
        return view(*args, **kwargs)

    guarded.guard = "signed_in"
    return guarded


def staff(view):
    """Only somebody with a staff role somewhere; what they may do there is policy's business."""

    @wraps(view)
    def guarded(*args, **kwargs):
        if not current_user.is_authenticated:
            raise Refused(_l("Please sign in first."), remedy="accounts.sign_in")
        if not current_user.is_staff:
            raise Refused(_l("This is the desk of the community staff. Your account has no role here."))
        return view(*args, **kwargs)

    guarded.guard = "staff"
    return guarded


def open_to_machines(view):
    """A health or metrics door without a session."""
    view.guard = "machines"
    return view


def is_htmx() -> bool:
    """Does htmx ask for a part of the page only?"""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
