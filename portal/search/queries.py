"""Finding proposals, cases, places and rooms by words. At most four statements."""

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.cases import shown
from portal.cases.models import Case
from portal.cases.numbers import has_typo, looks_like_number, number_in
from portal.categories.models import THEMES, Category
from portal.places.models import Place
from portal.places.queries import find_places
from portal.policy import GUEST
from portal.proposals.models import Proposal, ProposalTerm
from portal.proposals.states import PRIVATE
from portal.spaces.models import Space, SpaceState
from portal.text.terms import fold, terms

KINDS = ("proposals", "cases", "places", "spaces")
SOME, MANY = 5, 50  # rows of a kind on the page of all kinds, and on its own page
COUNTED = 20  # more is shown as 20+
CANDIDATES = 200  # so many matches are looked at, best and newest first


class Found(NamedTuple):
    """What was found of one kind: the rows to show, and how many there are (counted to `COUNTED`)."""

    rows: list[Any]
    n: int

    @property
    def more(self) -> bool:
        return self.n > len(self.rows)

    @property
    def shown(self) -> str:
        return f"{COUNTED}+" if self.n > COUNTED else str(self.n)

_UNREAD = [orm.defer(column) for column in (Proposal.body_html, Proposal.plan, Proposal.plan_html, Proposal.rules)]


def search(text: str, kind: str = "", reader=GUEST) -> dict[str, Found]:
    """What matches, by kind. With a kind, that kind alone is shown in full and the others are only counted."""
    finders: dict[str, Callable] = {
        "proposals": proposals,
        "cases": partial(cases, reader=reader),
        "places": places,
        "spaces": spaces,
    }
    found = {}
    for name, find in finders.items():
        limit = MANY if name == kind else COUNTED
        rows = find(text, limit + 1)
        found[name] = Found(rows[: MANY if name == kind else SOME if not kind else 0], len(rows))
    return found


# 27 alone, or with the words for "proposal" and "number" in Chinese or English before or behind it
_WORD, _NO = r"(?:\u63d0\u6848|proposal)", r"(?:\u7b2c|\u7f16\u53f7|#|no\.?)"
_PROPOSAL = re.compile(rf"{_WORD}?\s*{_NO}?\s*(\d{{1,9}})\s*\u53f7?\s*{_WORD}?", re.IGNORECASE)


def proposal_number(text: str) -> int | None:
    """27 in `提案27`, `27 号提案`, `#27` or `27`; None where it is no number of a proposal."""
    found = _PROPOSAL.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return int(found.group(1)) if found else None


def proposals(text: str, limit: int) -> list[Proposal]:
    """Public proposals by their number or the words of their titles, those with the most of them first, then by the English
    name of what they are about. The last word may be unfinished."""
    matches = _matches(terms(text, most=12) or [fold(text)[:24]])
    more = [sa.select(about)] if (about := _about(text)) is not None else []
    if (number := proposal_number(text)) is not None:
        more.append(sa.select(sa.literal(number).label("proposal_id"), sa.literal(99).label("n")))
    if more:
        either = sa.union_all(sa.select(matches), *more).subquery()
        matches = (
            sa.select(either.c.proposal_id, sa.func.max(either.c.n).label("n"))
            .group_by(either.c.proposal_id)
            .subquery()
        )
    wanted = (
        sa.select(Proposal)
        .join(matches, matches.c.proposal_id == Proposal.id)
        .where(Proposal.state.not_in(PRIVATE), Proposal.hidden_at.is_(None))
        .options(orm.joinedload(Proposal.place), *_UNREAD)
        .order_by(matches.c.n.desc(), Proposal.id.desc())
        .limit(limit)
    )
    return list(db.Session().scalars(wanted))


def _matches(words: list[str]):
    """The best and newest proposals that have at least a third of the words, with how many each has."""
    last = words[-1]
    unfinished = (
        db.prefix_range(ProposalTerm.term, last) if len(last) > 1 or not last.isascii() else ProposalTerm.term == last
    )
    if len(words) == 1:
        found = sa.select(ProposalTerm.proposal_id, sa.literal(1).label("n")).where(unfinished)
        return found.distinct().order_by(ProposalTerm.proposal_id.desc()).limit(CANDIDATES).subquery()
    # everything the last word begins counts as the last word
    word = sa.case({w: n for n, w in enumerate(words[:-1])}, value=ProposalTerm.term, else_=len(words) - 1)
    n = sa.func.count(sa.distinct(word)).label("n")
    found = sa.select(ProposalTerm.proposal_id, n).where(sa.or_(ProposalTerm.term.in_(words[:-1]), unfinished))
    found = found.group_by(ProposalTerm.proposal_id).having(n >= (len(words) + 2) // 3)
    return found.order_by(sa.desc("n"), ProposalTerm.proposal_id.desc()).limit(CANDIDATES).subquery()


def _about(text: str):
    """The newest proposals of the categories and themes with these English words in their names; None for other words.

    Titles are written in Chinese: whoever reads English looks for what they are about.
    """
    words = _english(text)
    if not words:
        return None
    themes = [theme for theme, label in THEMES.items() if all(f" {word}" in f" {label.text.lower()}" for word in words)]
    named = _called(words)
    plain = sa.or_(Proposal.theme.in_(themes), Proposal.theme.in_(sa.select(Category.theme).where(named)))
    here = sa.or_(
        Proposal.category_id.in_(sa.select(Category.id).where(named)), sa.and_(Proposal.category_id.is_(None), plain)
    )
    found = sa.select(Proposal.id.label("proposal_id"), sa.literal(0).label("n")).where(
        here, Proposal.state.not_in(PRIVATE)
    )
    return found.order_by(Proposal.id.desc()).limit(CANDIDATES).subquery()


def _english(text: str) -> list[str]:
    """The words of an English query, in the singular; none for anything else."""
    words = fold(text).split()[:4]
    return (
        [word.removesuffix("s") for word in words]
        if words and all(len(w) > 2 and w.isascii() and w.isalpha() for w in words)
        else []
    )


def _called(words: list[str]):
    """Categories with a word beginning with each of these in their English names."""
    name = sa.literal(" ").concat(sa.func.lower(Category.name_en))
    return sa.and_(*(name.contains(f" {word}") for word in words))


def cases(text: str, limit: int, reader=GUEST) -> list[Case]:
    """Public cases by number (however it is grouped, with words around it, with or without the check digit), else by words of
    the titles the reader may know, or of the English name of their category. A number with a typo is nobody's."""
    wanted = sa.select(Case).where(Case.hidden_at.is_(None))
    if number := number_in(text):
        if has_typo(number):
            return []
        wanted = wanted.where(db.prefix_range(Case.number, number))
    else:
        titled = sa.and_(
            shown.readable(reader), *(Case.title.contains(word, autoescape=True) for word in text.split()[:4])
        )
        english = _english(text)
        wanted = wanted.where(
            sa.or_(titled, Case.category_id.in_(sa.select(Category.id).where(_called(english)))) if english else titled
        )
    wanted = (
        wanted.options(orm.joinedload(Case.place), orm.joinedload(Case.category)).order_by(Case.id.desc()).limit(limit)
    )
    return list(db.Session().scalars(wanted))


def places(text: str, limit: int) -> list:
    """Official places by name, pinyin or initials."""
    return find_places(text, limit) if not looks_like_number(text) else []


def spaces(text: str, limit: int) -> list[Space]:
    """Rooms by name or by the name of their place."""
    named = [
        sa.or_(Space.name.contains(w, autoescape=True), Place.name.contains(w, autoescape=True))
        for w in text.split()[:4]
    ]
    wanted = (
        sa.select(Space).join(Place, Place.code == Space.place_code).where(*named, Space.state != SpaceState.CLOSED)
    )
    wanted = (
        wanted.options(orm.contains_eager(Space.place))
        .order_by(Space.last_active_at.desc(), Space.id.desc())
        .limit(limit)
    )
    return list(db.Session().scalars(wanted))
