"""Showing where the words were found."""

import re

from markupsafe import Markup, escape

from portal.text.terms import terms


def pattern(query: str) -> re.Pattern | None:
    """What to mark in a text: the words as typed and the terms they are made of, longest first."""
    words = {*query.split(), *(term for term in terms(query, most=12) if len(term) > 1)}
    found = sorted((re.escape(word) for word in words if word), key=len, reverse=True)
    return re.compile("|".join(found), re.IGNORECASE) if found else None


def marked(text: str, words: re.Pattern | None) -> Markup:
    """The text, escaped, with every found word in <mark>."""
    if words is None:
        return escape(text)
    out, at = [], 0
    for match in words.finditer(text):
        out += [escape(text[at : match.start()]), "<mark>", escape(match.group()), "</mark>"]
        at = match.end()
    return Markup("".join([*out, escape(text[at:])]))


def snippet(text: str, words: re.Pattern | None, around: int = 60) -> Markup:
    """A piece of a longer text around the first word found, on one line; its beginning where no word is in it."""
    line = " ".join(text.split())
    hit = words.search(line) if words else None
    start = max(0, hit.start() - around // 2) if hit else 0
    piece = line[start : start + 2 * around]
    before, after = "…" if start else "", "…" if start + 2 * around < len(line) else ""
    return before + marked(piece, words) + after
