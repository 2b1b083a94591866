"""Paging by key: never by offset. A cursor names the last row seen; what is malformed is the first page."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from itertools import accumulate, takewhile
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import request, url_for

from portal import db


class Page(NamedTuple):
    """One page of a list: its rows, the links around it, and the stored total if it is known."""

    rows: list
    older: str | None = None  # cursor of the next page
    newer: str | None = None  # cursor of the page before
    total: int | None = None

    @property
    def older_url(self) -> str | None:
        return _with(after=self.older) if self.older else None

    @property
    def newer_url(self) -> str | None:
        return _with(before=self.newer) if self.newer else None


def by_key(session, statement, keys: list, *, given: dict | None = None, drawn=None, size: int = 20, total: int | None = None, after=None,
           before=None, scalars=True, ascending: bool = False, weight: Callable[[Any], int] | None = None) -> Page:  # fmt: skip
    """One page of `statement`, newest first by `keys` (columns, all descending, the last one unique).

    `given` holds the values of a statement that is built once for all readers; its pages are then built once as well. Where many
    rows have to be sorted before the page is known, `statement` finds no more than the last key, and `drawn`, a statement without
    conditions, reads those of the page.
    `ascending` turns the order round (what ends first on top); `older` then means what comes further down. Where rows are of
    different `weight`, a page ends before they weigh more than `size` together; one it always has.
    `after`/`before` are cursors; without them they are read from the query string by the caller's `cursors()`.
    """
    position = _decode(after or before, len(keys), keys)
    backwards = bool(before and position)
    paged = _paged.__wrapped__ if given is None else _paged
    statement = paged(statement, tuple(keys), size + 1, drawn, up=backwards is not ascending, begun=bool(position))
    here = {f"key{n}": value for n, value in enumerate(position or ())}
    result = session.execute(statement, {**(given or {}), **here})
    rows = list(result.scalars() if scalars else result)
    fit = len(list(takewhile(lambda sum_: sum_ <= size, accumulate(map(weight, rows))))) if weight else size
    more = len(rows) > max(fit, 1)
    rows = rows[: max(fit, 1)]
    if backwards:
        rows.reverse()
    first, last = (_encode(rows[0], keys), _encode(rows[-1], keys)) if rows else (None, None)
    has_older = more or backwards
    has_newer = more if backwards else bool(position)
    return Page(rows, last if has_older else None, first if has_newer else None, total)


@lru_cache(maxsize=512)
def _paged(statement, keys: tuple, many: int, drawn, *, up: bool, begun: bool):
    """The first so many rows beyond the position `key0`, `key1` … (from the end, where none has begun), upwards or downwards."""
    if begun:
        row, here = sa.tuple_(*keys), sa.tuple_(*(sa.bindparam(f"key{n}", type_=k.type) for n, k in enumerate(keys)))
        statement = statement.where(row > here if up else row < here)
    order = [k.asc() if up else k.desc() for k in keys]
    statement = statement.order_by(*order).limit(db.only(many))
    return statement if drawn is None else drawn.where(keys[-1].in_(statement)).order_by(*order)


def cursors() -> dict[str, str | None]:
    """`after` and `before` of this request's query string."""
    return {name: (request.args.get(name) or "")[:400] or None for name in ("after", "before")}


def _value(row, key):
    return getattr(row, key.key)


def _encode(row, keys) -> str:
    values = [v.isoformat() if hasattr(v := _value(row, k), "isoformat") else v for k in keys]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _decode(cursor: str | None, count: int, keys) -> list[Any] | None:
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != count:
            return None
        return [_parsed(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, OverflowError, TypeError, RecursionError):
        return None


def _parsed(value, key):
    if isinstance(key.type, db.UTCDateTime):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("no zone")
        return moment.astimezone(UTC)
    if isinstance(key.type, sa.Integer):
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**31 - 1:
            raise ValueError("no number")
        return value
    return str(value).replace("\x00", "")[:200]


def _with(**changes) -> str:
    args = {k: v for k, v in request.args.items() if k not in ("after", "before")}
    return url_for(request.endpoint, **{**(request.view_args or {}), **args, **changes})
