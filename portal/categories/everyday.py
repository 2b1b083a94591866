"""What people call the matters that categories name otherwise: 电瓶车, trash."""

import csv
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "data" / "everyday_words.csv"


def meant(words: list[str]) -> list[str]:
    """The identifiers of the categories that these folded words may mean. Chinese ones may stand anywhere in what was said; of
    several English ones (in the singular) each has to mean the category."""
    said = "".join(words)
    if not said.isascii():
        found = [categories for word, categories in _words().items() if word in said]
        return sorted({identifier for categories in found for identifier in categories})
    each = [set(_words().get(word, ())) for word in words]
    return sorted(set.intersection(*each)) if each else []


@cache
def _words() -> dict[str, list[str]]:
    with WORDS.open(encoding="utf-8", newline="") as file:
        return {row["word"]: row["categories"].split() for row in csv.DictReader(file)}
