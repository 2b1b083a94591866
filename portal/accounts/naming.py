"""User names and display names: what can be one."""

import re
import secrets
from functools import cache
from pathlib import Path

from portal.errors import Invalid
from portal.text.clean import one_line
from portal.text.lazy import _l
from portal.text.terms import fold

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,29}", re.ASCII)
_RESERVED = Path(__file__).parent / "data" / "reserved_names.txt"


def username(text: str) -> str:
    """The user name in its kept form. Raises Invalid."""
    name = fold(one_line(text))
    if not _USERNAME.fullmatch(name):
        raise Invalid(
            _l("A user name has 3 to 30 letters, digits, dots, hyphens or underscores and begins with a letter.")
        )
    return name


def display_name(text: str, *, may_sound_official: bool = False) -> str:
    """The name others see, checked. Raises Invalid."""
    name = one_line(text)
    if not 2 <= len(name) <= 20 or not any(c.isalnum() for c in name):
        raise Invalid(_l("A display name has 2 to 20 characters."))
    if re.search(r"[0-9]{7,}|[<>@/\\]|https?:", fold(name)):
        raise Invalid(_l("Leave out phone numbers, addresses and links: everybody can read this name."))
    plain = re.sub(r"[\W_]", "", fold(name))
    if not may_sound_official and any(word in plain for word in _reserved()):
        raise Invalid(_l("This name sounds like an office. Choose one that only stands for you."))
    return name


def default_display_name() -> str:
    """Neighbour and four digits, in the language of the page on which somebody registers."""
    return str(_l("Neighbour%(number)s", number=f"{secrets.randbelow(9000) + 1000}"))


@cache
def _reserved() -> tuple[str, ...]:
    lines = _RESERVED.read_text(encoding="utf-8").splitlines()
    return tuple(fold(line) for line in lines if line and not line.startswith("#"))
