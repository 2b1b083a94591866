"""What the pages of patrols share."""

import secrets

from flask import Blueprint

from portal.errors import Invalid
from portal.patrols.errors import Wrong

bp = Blueprint("patrols", __name__)


def new_key() -> str:
    """Goes with a form, so that the form sent twice is one thing."""
    return secrets.token_urlsafe(18)


def key_of(form) -> str | None:
    return (form.client_key.data or "")[:64] or None


def beside(form, problem: Invalid, otherwise: str) -> None:
    """Put what a service refused beside its field."""
    field = problem.field if isinstance(problem, Wrong) else otherwise
    form.refuse(field if field in form else otherwise, problem.why)
