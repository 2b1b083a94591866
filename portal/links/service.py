"""Registering kinds of things and linking them."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal import db
from portal.links.models import Link
from portal.policy import Scope


class Subject(NamedTuple):
    """A thing as others see it. `url` is a path below the site root; `label` names its kind (translatable).

    `about` is what a comment speaks about; `thing` the row itself, for a desk that judges its words.
    """

    kind: str
    id: int
    title: str
    url: str
    label: Any
    scope: Scope = Scope()
    state: str = ""
    author_id: int | None = None
    public: bool = True
    about: "Subject | None" = None
    thing: Any = None


subjects: dict[str, Callable[[Any, list[int]], Iterable[Subject]]] = {}


def subject(kind: str):
    """Register `load(session, ids) -> Subjects` for a kind. One query per call, whatever the number of ids."""

    def register(load):
        subjects[kind] = load
        return load

    return register


def describe(session, pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Subject]:
    """The subjects behind (kind, id) pairs; one query per kind. What no longer exists is left out."""
    by_kind: dict[str, list[int]] = {}
    for kind, ident in pairs:
        by_kind.setdefault(kind, []).append(int(ident))
    return {
        (kind, found.id): found
        for kind, ids in by_kind.items()
        if kind in subjects
        for found in subjects[kind](session, ids)
    }


def add(session, source: tuple[str, int], target: tuple[str, int]) -> None:
    """Link two things; doing it again changes nothing."""
    row = {"from_kind": source[0], "from_id": source[1], "to_kind": target[0], "to_id": target[1]}
    db.insert_new(session, Link, [row])


def linked(session, kind: str, ident: int) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """(what led here, what it led to) as (kind, id) pairs, oldest first. One query."""
    here = sa.or_(
        sa.and_(Link.to_kind == kind, Link.to_id == ident), sa.and_(Link.from_kind == kind, Link.from_id == ident)
    )
    rows = list(session.scalars(sa.select(Link).where(here).order_by(Link.created_at, Link.from_id, Link.to_id)))
    return (
        [(row.from_kind, row.from_id) for row in rows if (row.to_kind, row.to_id) == (kind, ident)],
        [(row.to_kind, row.to_id) for row in rows if (row.from_kind, row.from_id) == (kind, ident)],
    )
