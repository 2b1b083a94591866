"""Doors of accounts: signing in, one's own page, being confirmed as a resident."""

import sqlalchemy as sa
from flask import Blueprint
from sqlalchemy import orm

from portal import db
from portal.accounts import sms
from portal.accounts.models import User
from portal.accounts.service import codes
from portal.web.sessions import login

bp = Blueprint("accounts", __name__)


@bp.record_once
def _settings(state):
    settings = state.app.config["PORTAL"]
    sms.use(settings.sms_url)
    codes.use_secret(settings.secret_key)


_SIGNED_IN = db.plan_once(sa.select(User).where(User.id == sa.bindparam("user")).options(orm.joinedload(User.grants)))


@login.user_loader
def load_user(session_id: str) -> User | None:
    """The signed-in person with all roles, in one query; None once the session's epoch is over."""
    ident, _, epoch = str(session_id).partition(".")
    if not (f"{ident}{epoch}".isascii() and ident.isdigit() and epoch.isdigit() and max(len(ident), len(epoch)) < 10):
        return None
    user = db.Session().scalars(_SIGNED_IN, {"user": int(ident)}).unique().one_or_none()
    return user if user and user.session_epoch == int(epoch) and user.is_active else None


from portal.accounts.views import me, sign_in, verify  # noqa: E402 — they put their doors on the blueprint

__all__ = ["bp", "load_user", "me", "sign_in", "verify"]
