"""Doors of spaces: the index, a space with its rules and roster, invitations, topics."""

from flask import Blueprint

bp = Blueprint("spaces", __name__)

from portal.spaces.views import people, setting, topics  # noqa: E402

__all__ = ["bp", "people", "setting", "topics"]
