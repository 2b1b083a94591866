"""What higher features show on the pages of lower ones: a page names a panel, whoever has something to show registers it."""

from collections.abc import Callable
from typing import Any

_panels: dict[str, Callable[..., Any]] = {}


def panel(name: str):
    """Register `fill(actor, thing) -> anything` under the name of the page (and of the part of it)."""

    def register(fill):
        _panels[name] = fill
        return fill

    return register


def fill(name: str, actor, thing=None):
    """What the panel of that name has to show, or None where nobody registered one."""
    return _panels[name](actor, thing) if name in _panels else None
