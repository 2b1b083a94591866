"""What higher features show on the page of a space. Proposals register themselves here; spaces know none of it."""

from collections.abc import Callable
from typing import Any

_panels: dict[str, Callable[..., Any]] = {}


def panel(name: str):
    """Register `fill(actor, space) -> anything` for the page of a space."""

    def register(fill):
        _panels[name] = fill
        return fill

    return register


def fill(name: str, actor, space):
    """What the panel of that name has to show, or None where nobody registered one."""
    return _panels[name](actor, space) if name in _panels else None
