"""Spelling Chinese place names in pinyin. Heavy: imported by the loading command only."""

import csv
from functools import cache
from pathlib import Path

from pypinyin import Style, lazy_pinyin, load_phrases_dict

from portal.places.names import KINDS

SPELLINGS = Path(__file__).parent / "data" / "spellings.csv"
_GENERIC = tuple(kind for kind in KINDS if kind != "区")  # what an English reader does not need


@cache
def _prepared() -> bool:
    with SPELLINGS.open(encoding="utf-8", newline="") as file:
        load_phrases_dict({row["name"]: [[s] for s in row["syllables"].split()] for row in csv.DictReader(file)})
    return True


def spell(name: str) -> tuple[str, str]:
    """(pinyin without the generic part, initials of the whole name): 大栅栏街道 → ('Dashilar', 'dsljd')."""
    _prepared()
    initials = "".join(syllable[0] for syllable in _syllables(name) if syllable).lower()
    return _joined(_syllables(_proper(name)))[:160], initials[:40]


def _syllables(name: str) -> list[str]:
    """One for each Chinese character; what else is a letter or digit stays as it is."""
    return lazy_pinyin(
        name, style=Style.NORMAL, errors=lambda rest: "".join(c for c in rest if c.isascii() and c.isalnum())
    )


def _proper(name: str) -> str:
    if name.endswith("区") and len(name) <= 4 and name[-2] not in "小社地":
        return name.removesuffix("区")
    for suffix in _GENERIC:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name.removesuffix(suffix)
    return name


def _joined(syllables: list[str]) -> str:
    out = ""
    for syllable in syllables:
        if out and out[-1].isalpha() and syllable[:1] in ("a", "e", "o"):
            out += "'"  # Tian'anmen: otherwise read as Tia-nan-men
        out += syllable
    return out[:1].upper() + out[1:]
