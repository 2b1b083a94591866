"""Finding proposals, cases, places and rooms by words. Four statements, each built once for queries of the same kind."""

import re
import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.cases import shown
from portal.cases.models import Case, CaseTerm
from portal.cases.numbers import has_typo, looks_like_number, number_in
from portal.cases.queries import LISTED
from portal.categories.models import Category
from portal.categories.queries import called, kinds
from portal.places.models import Place
from portal.places.queries import find_places
from portal.policy import GUEST
from portal.proposals.models import Proposal, ProposalTerm
from portal.proposals.states import PRIVATE
from portal.spaces.models import Space, SpaceState
from portal.text.finding import Shape, has_words, typed
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


class Wanted(NamedTuple):
    """How much of a kind is read: the rows to show, and up to how many are counted."""

    show: int
    most: int


NOTHING = Found([], 0)


def search(text: str, kind: str = "", reader=GUEST) -> dict[str, Found]:
    """What matches, by kind. With a kind, that kind alone is shown in full and the others are only counted."""
    found = {}
    for name in KINDS:
        wanted = Wanted(MANY, MANY + 1) if name == kind else Wanted(0 if kind else SOME, COUNTED + 1)
        found[name] = _FINDERS[name](text, wanted, reader)
    return found


class _Statements(NamedTuple):
    """What shows the first so many (`show`) of those found and says how many there are, and what only counts them."""

    rows: sa.Select
    how_many: sa.Select


def _statements(entity, ids: sa.Select, *order, options) -> _Statements:
    """`ids` finds at most `most` ids, as `id`; `order` sorts them by the columns of what is found."""
    found = ids.cte("found")
    how_many = sa.select(sa.func.count()).select_from(found)
    rows = sa.select(entity, how_many.scalar_subquery()).join(found, found.c.id == entity.id).options(*options)
    sort = [found.c[name].desc() for name in order]
    return _Statements(rows.order_by(*sort, entity.id.desc()).limit(_SHOW), how_many)


def _read(statements: _Statements, wanted: Wanted, given: dict) -> Found:
    given = given | wanted._asdict()
    if not wanted.show:
        return Found([], db.Session().scalar(statements.how_many, given) or 0)
    rows = db.Session().execute(statements.rows, given).all()
    return Found([row[0] for row in rows], rows[0][1] if rows else 0)


_SHOW, _MOST = (sa.bindparam(name, type_=sa.Integer, literal_execute=True) for name in Wanted._fields)  # like `db.only`


# 27 alone, or with the words for "proposal" and "number" in Chinese or English before or behind it
_WORD, _NO = r"(?:\u63d0\u6848|proposal)", r"(?:\u7b2c|\u7f16\u53f7|#|no\.?)"
_PROPOSAL = re.compile(rf"{_WORD}?\s*{_NO}?\s*(\d{{1,9}})\s*\u53f7?\s*{_WORD}?", re.IGNORECASE)


def proposal_number(text: str) -> int | None:
    """27 in `提案27`, `27 号提案`, `#27` or `27`; None where it is no number of a proposal."""
    found = _PROPOSAL.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return int(found.group(1)) if found else None


def proposals(text: str, wanted: Wanted, _reader=GUEST) -> Found:
    """Public proposals by their number or the words of their titles, those with the most of them first, then by the name of what
    they are about. The last word may be unfinished."""
    words = terms(text, most=12) or [fold(text)[:24]]
    about, number = kinds(text), proposal_number(text)
    begun = len(words[-1]) > 1 or not words[-1].isascii()
    given = {f"word{n}": word for n, word in enumerate(words)} | {"end": f"{words[-1]}\U0010ffff", "number": number} | about.given
    return _read(_of_proposals(len(words), begun, about.shape, number is not None), wanted, given)


@lru_cache(maxsize=256)
def _of_proposals(words: int, begun: bool, about: tuple[int, bool], number: bool) -> _Statements:
    parts = [_matches(words, begun), *(_about(about) if about[0] else [])]
    if number:
        parts.append(sa.select(sa.bindparam("number", type_=sa.Integer).label("id"), sa.literal(99).label("n")))
    either = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery()
    best = sa.func.max(either.c.n).label("n")
    ids = (
        sa.select(Proposal.id, best)
        .join(either, either.c.id == Proposal.id)
        .where(Proposal.state.not_in(PRIVATE), Proposal.published_at.is_not(None), Proposal.hidden_at.is_(None))
        .group_by(Proposal.id)
        .order_by(best.desc(), Proposal.id.desc())
        .limit(_MOST)
    )
    return _statements(Proposal, ids, "n", options=_READ)


# What a proposal shows here.
_READ = (
    orm.load_only(
        Proposal.title, Proposal.body, Proposal.theme, Proposal.state, Proposal.published_at, Proposal.created_at,
        Proposal.ballot_opens_at, Proposal.objections_until, Proposal.due_at,
    ),
    orm.joinedload(Proposal.place).load_only(Place.name, Place.pinyin),
)  # fmt: skip


def _matches(words: int, begun: bool) -> sa.Select:
    """The best and newest proposals that have at least a third of the words, with how many each has; the last of the words may
    be begun only."""
    term, ident = ProposalTerm.term, ProposalTerm.proposal_id.label("id")
    *whole, last = (sa.bindparam(f"word{n}", type_=sa.String) for n in range(words))
    unfinished = sa.and_(term >= last, term < sa.bindparam("end", type_=sa.String)) if begun else term == last
    if not whole:
        found = sa.select(ident, sa.literal(1).label("n")).where(unfinished)
        return found.distinct().order_by(ident.desc()).limit(db.only(CANDIDATES))
    # everything the last word begins counts as the last word
    word = sa.case(*((term == w, n) for n, w in enumerate(whole)), else_=len(whole))
    n = sa.func.count(sa.distinct(word)).label("n")
    found = sa.select(ident, n).where(sa.or_(term.in_(whole), unfinished)).group_by(ident)
    return found.having(n >= (words + 2) // 3).order_by(n.desc(), ident.desc()).limit(db.only(CANDIDATES))


def _about(about: tuple[int, bool]) -> list[sa.Select]:
    """The newest proposals of the categories and themes that are called so."""
    named, none = called(about), Proposal.category_id.is_(None)
    found = sa.select(Proposal.id.label("id"), sa.literal(0).label("n")).order_by(_newest(Proposal)).limit(db.only(CANDIDATES))
    return [
        found.where(Proposal.category_id.in_(named)),
        found.where(none, Proposal.theme.in_(named.with_only_columns(Category.theme))),
        found.where(none, Proposal.theme.in_(sa.bindparam("themes", expanding=True))),
    ]


def _newest(entity):
    """The newest first, where things are found by what they are about and then sorted: what is not the bare column lets no index
    of it take the lead."""
    return (entity.id + sa.literal_column("0")).desc()


def cases(text: str, wanted: Wanted, reader=GUEST) -> Found:
    """Public cases by number (however it is grouped, with words around it, with or without the check digit), else by the words
    the reader may know, or by the name of their category. A number with a typo is nobody's."""
    number, words, about = number_in(text), typed(text), kinds(text)
    if has_typo(number) or not (number or words.shape.begun):
        return NOTHING
    statements = _numbered() if number else _of_cases(words.shape, about.shape, shown.readable(reader))
    return _read(statements, wanted, words.given | shown.reading(reader) | about.given | {"number": number})


@lru_cache
def _numbered() -> _Statements:
    ids = sa.select(Case.id).where(
        Case.hidden_at.is_(None), db.prefix_range(Case.number, sa.bindparam("number", type_=sa.String))
    )
    return _statements(Case, ids.order_by(Case.id.desc()).limit(_MOST), options=LISTED)


@lru_cache(maxsize=256)
def _of_cases(words: Shape, about: tuple[int, bool], readable) -> _Statements:
    public = sa.select(Case.id).where(Case.hidden_at.is_(None)).order_by(Case.id.desc()).limit(_MOST)
    ids = public.where(readable, has_words(words, Case.id, CaseTerm.term, CaseTerm.case_id))
    if about[0]:
        found = sa.select(Case.id).where(Case.hidden_at.is_(None)).order_by(_newest(Case)).limit(_MOST)
        of_kind = found.where(Case.category_id.in_(called(about)))
        either = sa.union(*(sa.select(part.subquery()) for part in (ids, of_kind))).subquery()
        ids = sa.select(either.c.id).order_by(either.c.id.desc()).limit(_MOST)
    return _statements(Case, ids, options=LISTED)


def places(text: str, wanted: Wanted, _reader=GUEST) -> Found:
    """Official places by name, pinyin or initials."""
    found = find_places(text, wanted.most) if not looks_like_number(text) else []
    return Found(found[: wanted.show], len(found))


def spaces(text: str, wanted: Wanted, _reader=GUEST) -> Found:
    """Rooms by name or by the name of their place."""
    words = text.split()[:4]
    return _read(_of_spaces(len(words)), wanted, {f"has{n}": f"%{db.as_is(word)}%" for n, word in enumerate(words)})


@lru_cache
def _of_spaces(words: int) -> _Statements:
    has = [sa.bindparam(f"has{n}", type_=sa.String) for n in range(words)]
    named = [sa.or_(Space.name.like(word, escape="/"), Place.name.like(word, escape="/")) for word in has]
    ids = sa.select(Space.id, Space.last_active_at).join(Place, Place.code == Space.place_code)
    ids = ids.where(*named, Space.state != SpaceState.CLOSED).order_by(Space.last_active_at.desc(), Space.id.desc())
    place = orm.joinedload(Space.place).load_only(Place.name, Place.pinyin)
    return _statements(Space, ids.limit(_MOST), "last_active_at", options=(orm.load_only(Space.name), place))


_FINDERS = {"proposals": proposals, "cases": cases, "places": places, "spaces": spaces}
