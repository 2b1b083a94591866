"""The desks below /staff/. One module a desk; each registers its routes on `bp` and its tab with `tab(…)`."""

from importlib import import_module
from importlib.util import find_spec

from portal.staff.desk import bp

DESKS = ("overview", "cases", "categories", "proposals", "review", "residents", "roles")

for _desk in DESKS:
    if find_spec(f"portal.staff.views.{_desk}"):
        import_module(f"portal.staff.views.{_desk}")

__all__ = ["bp"]
