"""Doors of accounts."""

from datetime import UTC, datetime  # noqa: F401

import sqlalchemy as sa
from flask import Blueprint
from sqlalchemy import orm

from portal import db
from portal.accounts.models import User
from portal.web.sessions import login

bp = Blueprint("accounts", __name__)


@login.user_loader
def load_user(session_id: str) -> User | None:
    """The signed-in person with all roles, in one query; None once the session's epoch is over."""
    ident, _, epoch = session_id.partition(".")
    if not (ident.isdigit() and epoch.isdigit() and len(ident) < 10):
        return None
    wanted = sa.select(User).where(User.id == int(ident)).options(orm.joinedload(User.grants))
    user = db.Session().scalars(wanted).unique().one_or_none()
    return user if user and user.session_epoch == int(epoch) and user.is_active else None
