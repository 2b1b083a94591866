"""One's own page: sections that other features add to it."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple


class Line(NamedTuple):
    title: str
    url: str
    label: Any = ""


_sections: list[tuple[Any, Callable[[Any], Iterable[tuple]]]] = []


def section(name, function: Callable[[Any], Iterable[tuple]]) -> None:
    """Add a section to /me/: `function(actor)` gives (title, url, label) rows with at most one query.

    `url` is a path below the site root, or what `url_for` gave.
    """
    if all(function is not known for _, known in _sections):
        _sections.append((name, function))


def sections(actor) -> list[tuple[Any, list[Line]]]:
    """Every section that has something for this person, in the order of registration; those of one name are one."""
    found: dict[str, tuple[Any, list[Line]]] = {}
    for name, function in _sections:
        if rows := [Line(*row) for row in function(actor)]:
            found.setdefault(str(name), (name, []))[1].extend(rows)
    return list(found.values())
