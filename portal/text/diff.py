"""A readable comparison of two texts, clause by clause."""

import re
from collections import Counter
from difflib import SequenceMatcher

_PIECE = re.compile(r"[^，。；：！？,.;:!?\n]+[，。；：！？,.;:!?]?|\n|[，。；：！？,.;:!?]")


def compare(before: str, after: str) -> list[tuple[str, str]]:
    """Pieces of the two texts in reading order, each as ('same' | 'gone' | 'new', text).

    Clauses are compared first, then the characters inside a replaced clause when most of it stayed.
    """
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    out: list[tuple[str, str]] = []
    for what, a, b, c, d in _matcher(old, new).get_opcodes():
        was, now = "".join(old[a:b]), "".join(new[c:d])
        if what == "equal":
            out.append(("same", was))
        elif what == "replace" and max(len(was), len(now)) <= 400 and _alike(was, now):
            out.extend(_characters(was, now))
        else:
            out.extend(piece for piece in (("gone", was), ("new", now)) if piece[1])
    return _joined(out)


def _matcher(old, new) -> SequenceMatcher:
    """Exact for texts as people write them; a text that says the same thing thousands of times is compared coarsely."""
    repeated = max(Counter(old).values(), default=0) * max(Counter(new).values(), default=0)
    return SequenceMatcher(None, old, new, autojunk=repeated > 40_000)


def _alike(was: str, now: str) -> bool:
    return SequenceMatcher(None, was, now, autojunk=False).ratio() > 0.6


def _characters(was: str, now: str):
    for what, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if what == "equal":
            yield "same", was[a:b]
        else:
            yield from (piece for piece in (("gone", was[a:b]), ("new", now[c:d])) if piece[1])


def _joined(pieces):
    out: list[tuple[str, str]] = []
    for kind, text in pieces:
        if out and out[-1][0] == kind:
            out[-1] = (kind, out[-1][1] + text)
        else:
            out.append((kind, text))
    return out
