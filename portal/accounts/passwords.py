"""Passwords: what is a good one, and keeping it as an argon2id hash."""

import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from portal.errors import Invalid
from portal.text.lazy import _l


class Unfit(Invalid):
    """This cannot be a password; the sentence says why."""


LEAST, MOST = 8, 128
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)  # 24 ms; OWASP's second choice
_COMMON = Path(__file__).parent / "data" / "common_passwords.txt"


def make(password: str) -> str:
    """The hash to keep."""
    return _hasher.hash(_folded(password))


def check(kept: str, password: str) -> bool:
    """Is it the right one? Takes as long where there is no account, so that nobody learns who has one."""
    password = _folded(password[: MOST * 4])
    try:
        return _hasher.verify(kept or _nobody(), password) and bool(kept)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Was it made with other parameters than today's?"""
    return _hasher.check_needs_rehash(kept)


def require_good(password: str, *, not_like: str = "") -> None:
    """Raises Unfit where a password is too short, too long, or what everybody tries first."""
    if not LEAST <= len(password) <= MOST:
        raise Unfit(_l("The password needs %(least)s to %(most)s characters.", least=LEAST, most=MOST))
    folded = _folded(password).casefold()
    if folded in _common() or len(set(folded)) < 3:
        raise Unfit(_l("This password is guessed first. Choose one that only you think of."))
    if not_like and folded == not_like.casefold():
        raise Unfit(_l("The password must differ from the user name."))


def _folded(password: str) -> str:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode()


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
