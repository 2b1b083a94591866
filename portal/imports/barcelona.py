"""How a line of the Barcelona 2016 city plan (Decidim export) reads in our words. Pure: no session, no file."""

import json
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from portal.categories.models import Theme
from portal.conversations.models import Stance
from portal.text import richtext
from portal.text.clean import clean, one_line

SOURCE = "bcn2016"
SOURCE_NAME = "Decidim Barcelona 2016"
ROOT_CODE, ROOT_NAME = "bcn16", "Barcelona"
AUTHORITY = "Ajuntament de Barcelona"
MADRID = ZoneInfo("Europe/Madrid")
MOST_CHARACTERS = 20_000

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
STANCES = {1: Stance.FOR, -1: Stance.WORRY}


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


def parse(line: str) -> tuple[str, dict]:
    """(reference, raw fields) of one line. Raises BadLine with what is wrong."""
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise BadLine(f"not JSON ({problem})") from None
    if not isinstance(raw, dict):
        raise BadLine("not an object")
    return f"{SOURCE}:{_number(raw, 'id')}", raw


def read(raw: dict) -> OutsideProposal:
    """The proposal of a parsed line. Raises BadLine with what is wrong; nothing of a bad line is used."""
    html, body = _text(raw, "summary")
    title = one_line(_string(raw, "title"))[:250]
    if not title:
        raise BadLine("no title")
    if raw.get("status") not in ("accepted", "rejected"):
        raise BadLine(f"status is {raw.get('status')!r}, not accepted or rejected")
    return OutsideProposal(
        ref=f"{SOURCE}:{_number(raw, 'id')}", title=title, body=body, html=html,
        theme=THEMES.get(" ".join(str(raw.get("subcategory") or "").split()), Theme.GOVERNANCE),
        district=one_line(str(raw.get("district") or ""))[:80], author_ref=_author(raw),
        accepted=raw["status"] == "accepted", votes=_number(raw, "total_votes"), at=_moment(raw),
        comments=_comments(raw),
    )  # fmt: skip


def _comments(raw: dict) -> list[OutsideComment]:
    given = raw.get("comments", [])
    if not isinstance(given, list) or not all(isinstance(c, dict) for c in given):
        raise BadLine("comments are not a list of objects")
    known = {_number(c, "id") for c in given}
    comments = []
    for c in given:
        html, body = _text(c, "body_html")
        ancestry = str(c.get("ancestry") or "")
        root = ancestry.split("/")[0]
        if ancestry and (not root.isdigit() or int(root) not in known):
            raise BadLine(f"comment {c['id']} answers {root}, which is not in this line")
        comments.append(OutsideComment(
            ref=f"{SOURCE}:c{c['id']}", parent_ref=f"{SOURCE}:c{root}" if ancestry else None, author_ref=_author(c),
            stance=STANCES.get(c.get("alignment")) if not ancestry else None, body=body, html=html, at=_moment(c),
            hidden=c.get("hidden") is True, votes={"likes": _number(c, "likes"), "dislikes": _number(c, "dislikes")},
        ))  # fmt: skip
    return sorted(comments, key=lambda c: c.at)


def _text(raw: dict, name: str) -> tuple[str, str]:
    html = richtext.sanitise(clean(_string(raw, name))[:MOST_CHARACTERS])
    return html, clean(richtext.plain(html))


def _string(raw: dict, name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str):
        raise BadLine(f"{name} is missing or not text")
    return value


def _number(raw: dict, name: str) -> int:
    value: Any = raw.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise BadLine(f"{name} is missing or not a number")
    return value


def _author(raw: dict) -> str | None:
    return None if raw.get("author_id") is None else f"{SOURCE}:u{_number(raw, 'author_id')}"


def _moment(raw: dict) -> datetime:
    text = _string(raw, "created_at")
    for pattern in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=MADRID).astimezone(UTC)
        except ValueError:
            continue
    raise BadLine(f"created_at is {text!r}, not a date like 22/01/2016")
