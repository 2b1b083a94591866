"""How a line of the Barcelona 2016 city plan (Decidim export) reads in our words. Pure: no session, no file."""

import json
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from portal.categories.models import Theme
from portal.conversations.models import Stance
from portal.imports.lines import MOST_BYTES
from portal.text import richtext
from portal.text.clean import clean, one_line

SOURCE = "bcn2016"
SOURCE_NAME = "Decidim Barcelona 2016"
ROOT_CODE, ROOT_NAME = "bcn16", "Barcelona"
AUTHORITY = "Ajuntament de Barcelona"
MADRID = ZoneInfo("Europe/Madrid")
MOST_TITLE, MOST_DISTRICT, MOST_TEXT = 250, 50, 20_000  # characters
MOST_NUMBER = 2**31 - 1  # what our columns hold
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

THEMES = {
    "Mobilitat sostenible": Theme.TRAFFIC,
    "Urbanisme per als barris": Theme.BUILDINGS,
    "Educació i coneixement": Theme.SERVICES,
    "Medi ambient i espai públic": Theme.HYGIENE,
    "Cultura": Theme.CULTURE,
    "Sanitat i salut": Theme.SERVICES,
    "Convivència i seguretat": Theme.ORDER,
    "Cicles de vida": Theme.CARE,
    "Desenvolupament i economia de proximitat": Theme.ECONOMY,
    "Autonomia personal": Theme.CARE,
    "Verd urbà i biodiversitat": Theme.GREENERY,
    "Esports": Theme.CULTURE,
    "Acció comunitària": Theme.GOVERNANCE,
    "Habitatge": Theme.BUILDINGS,
    "Turisme sostenible": Theme.ECONOMY,
    "Economia cooperativa, social i solidària": Theme.ECONOMY,
    "Equitat de gènere i diversitat sexual": Theme.CARE,
    "Justícia social": Theme.CARE,
    "Participació ciutadana": Theme.GOVERNANCE,
    "Energia i canvi climàtic": Theme.NOISE_AND_AIR,
    "Migració, interculturalitat i discriminació zero": Theme.CARE,
    "Ocupació de qualitat": Theme.ECONOMY,
    "Govern transparent i rendició de comptes": Theme.GOVERNANCE,
    "Un nou lideratge públic": Theme.GOVERNANCE,
    "Administració intel·ligent i inclusiva": Theme.SERVICES,
    "Justícia global": Theme.CARE,
    "Eficiència i professionalitat": Theme.SERVICES,
    "Ciutat d’acollida": Theme.CARE,
    "Defensa i protecció dels Drets Humans": Theme.CARE,
}
STANCES = {1: Stance.FOR, 0: None, -1: Stance.WORRY, None: None}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_PATH = re.compile(r"[0-9]{1,10}(/[0-9]{1,10})*")


class BadLine(ValueError):
    """This line cannot be used; the message says what is wrong with it."""


class OutsideComment(NamedTuple):
    ref: str
    parent_ref: str | None  # the top-level comment it belongs to: our threads have two levels
    author_ref: str | None
    stance: Stance | None
    body: str
    html: str
    at: datetime
    hidden: bool
    votes: dict


class OutsideProposal(NamedTuple):
    ref: str
    title: str
    body: str
    html: str
    theme: Theme
    district: str  # empty: the whole city
    author_ref: str | None
    accepted: bool
    votes: int
    at: datetime
    comments: list[OutsideComment]


def parse(data: bytes) -> tuple[str, dict]:
    """(reference, raw fields) of one line. Raises BadLine with what is wrong."""
    if len(data) > MOST_BYTES:
        raise BadLine(f"longer than {MOST_BYTES:,} bytes")
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadLine("not UTF-8") from None
    except (ValueError, RecursionError) as problem:
        raise BadLine(f"not JSON ({problem})") from None
    if not isinstance(raw, dict):
        raise BadLine("not an object")
    return f"{SOURCE}:{_number(raw, 'id')}", raw


def read(raw: dict, now: datetime) -> OutsideProposal:
    """The proposal of a parsed line. Raises BadLine with what is wrong; nothing of a bad line is used."""
    html, body = _text(raw, "summary")
    title = one_line(_string(raw, "title", MOST_TITLE))
    if not title:
        raise BadLine("no title")
    status = _string(raw, "status")
    if status not in ("accepted", "rejected"):
        raise BadLine(f"status is {status[:40]!r}, not accepted or rejected")
    return OutsideProposal(
        ref=f"{SOURCE}:{_number(raw, 'id')}", title=title, body=body, html=html,
        theme=THEMES.get(one_line(_string_or_null(raw, "subcategory")), Theme.GOVERNANCE),
        district=one_line(_string_or_null(raw, "district", MOST_DISTRICT)), author_ref=_author(raw),
        accepted=status == "accepted", votes=_number(raw, "total_votes"), at=_moment(raw, now),
        comments=_comments(raw, now),
    )  # fmt: skip


def _comments(raw: dict, now: datetime) -> list[OutsideComment]:
    given = _field(raw, "comments")
    if not isinstance(given, list) or not all(isinstance(c, dict) for c in given):
        raise BadLine("comments are not a list of objects")
    ancestry: dict[int, list[int]] = {}
    for c in given:
        if _number(c, "id") in ancestry:
            raise BadLine(f"comment {c['id']} is there twice")
        ancestry[c["id"]] = _ancestry(c)
    comments = []
    for c in given:
        try:
            comments.append(_comment(c, ancestry, now))
        except BadLine as problem:
            raise BadLine(f"comment {c['id']}: {problem}") from None
    return sorted(comments, key=lambda c: c.at)


def _comment(raw: dict, ancestry: dict[int, list[int]], now: datetime) -> OutsideComment:
    ident, above = raw["id"], ancestry[raw["id"]]
    if above and above[0] not in ancestry:
        raise BadLine(f"it answers {above[0]}, which is not in this line")
    # So the topmost is itself no reply, and nobody is their own ancestor. What is not in the line says nothing against it.
    if any(ancestry.get(one, above[:n]) != above[:n] for n, one in enumerate(above)):
        raise BadLine("its ancestry contradicts that of the comments above it")
    alignment, hidden = _field(raw, "alignment"), _field(raw, "hidden")
    if not (alignment is None or type(alignment) is int) or alignment not in STANCES:
        raise BadLine("alignment is not 1, 0, -1 or null")
    if not isinstance(hidden, bool):
        raise BadLine("hidden is not true or false")
    html, body = _text(raw, "body_html")
    return OutsideComment(
        ref=f"{SOURCE}:c{ident}", parent_ref=f"{SOURCE}:c{above[0]}" if above else None, author_ref=_author(raw),
        stance=None if above else STANCES[alignment], body=body, html=html, at=_moment(raw, now), hidden=hidden,
        votes={"likes": _number(raw, "likes"), "dislikes": _number(raw, "dislikes")},
    )  # fmt: skip


def _ancestry(raw: dict) -> list[int]:
    """The comments above this one, the topmost first."""
    path = _string_or_null(raw, "ancestry")
    if path and not _PATH.fullmatch(path):
        raise BadLine(f"comment {raw['id']}: ancestry is {path[:40]!r}, not numbers like 12/34")
    return [int(one) for one in path.split("/")] if path else []


def _text(raw: dict, name: str) -> tuple[str, str]:
    html = richtext.sanitise(clean(_string(raw, name, MOST_TEXT)))
    return html, clean(richtext.plain(html))


def _field(raw: dict, name: str) -> Any:
    if name not in raw:
        raise BadLine(f"{name} is missing")
    return raw[name]


def _string(raw: dict, name: str, most: int = MOST_TEXT) -> str:
    value = _field(raw, name)
    if not isinstance(value, str):
        raise BadLine(f"{name} is not text")
    if len(value) > most:
        raise BadLine(f"{name} is longer than {most:,} characters")
    if _UNSTORABLE.search(value):
        raise BadLine(f"{name} holds a NUL character or half a character")
    return value


def _string_or_null(raw: dict, name: str, most: int = MOST_TEXT) -> str:
    return "" if _field(raw, name) is None else _string(raw, name, most)


def _number(raw: dict, name: str) -> int:
    value = raw.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_NUMBER:
        raise BadLine(f"{name} is missing or not a number from 0 to {MOST_NUMBER}")
    return value


def _author(raw: dict) -> str | None:
    return None if _field(raw, "author_id") is None else f"{SOURCE}:u{_number(raw, 'author_id')}"


def _moment(raw: dict, now: datetime) -> datetime:
    text = _string(raw, "created_at")
    for pattern in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y"):
        try:
            at = datetime.strptime(text, pattern).replace(tzinfo=MADRID)
        except ValueError:
            continue
        if not EARLIEST <= at <= now:
            raise BadLine(f"created_at is {text[:40]!r}, which is before 1970 or still to come")
        return at.astimezone(UTC)
    raise BadLine(f"created_at is {text[:40]!r}, not a day like 22/01/2016")
