"""共治门户: a portal on which the people of a neighbourhood govern it together."""

__version__ = "0.1.0"

from portal.app import create_app

__all__ = ["create_app"]
