"""Words that point at an emergency: the right number is shown before a form can be sent (DOMAIN K13)."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from portal.text.lazy import _l
from portal.text.terms import fold

SERVICES = {
    "119": _l("fire, gas or somebody trapped"),
    "110": _l("crime or danger from a person"),
    "120": _l("injury or sudden illness"),
    "122": _l("traffic accident"),
}


class Number(NamedTuple):
    number: str  # to call now
    what_for: Any


def numbers(*texts: str) -> list[Number]:
    """The emergency numbers these texts point at; empty for almost everything people write."""
    said = fold(" ".join(texts))
    return [Number(number, SERVICES[number]) for number, words in _words().items() if words.search(said)]


@cache
def _words() -> dict[str, re.Pattern[str]]:
    listed = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return {number: re.compile("|".join(_pattern(fold(word)) for word in words)) for number, words in listed.items()}


def _pattern(word: str) -> str:
    return rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)
