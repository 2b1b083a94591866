"""Finding proposals, cases, places and rooms by words. A statement each, built once for queries of the same kind, and before them
one that asks what kinds of matter are called so."""

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
from portal.categories.models import Category
from portal.categories.queries import Named, named
from portal.places.models import Place
from portal.places.queries import find_places
from portal.policy import GUEST
from portal.proposals.models import Proposal, ProposalTerm
from portal.proposals.states import PRIVATE
from portal.spaces.models import Space, SpaceState
from portal.text.finding import Shape, begins, newest, typed, word

KINDS = ("proposals", "cases", "places", "spaces")
SOME, MANY = 5, 50  # rows of a kind on the page of all kinds, and on its own page
COUNTED = 20  # more is shown as 20+
# The newest matches are looked at, and so many more than are wanted that those the reader may not see leave no gap.
MOST_HIDDEN, MOST_UNREADABLE = 200, 300  # of proposals, of cases


class Found(NamedTuple):
    """What was found of one kind: the rows to show, how many there are (counted to `COUNTED`), and how many of the rows have words
    of the query; those behind them are only about such a matter."""

    rows: list[Any]
    n: int
    said: int = MANY

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
    found, about = {}, named(text)
    for name in KINDS:
        wanted = Wanted(MANY, MANY + 1) if name == kind else Wanted(0 if kind else SOME, COUNTED + 1)
        found[name] = _FINDERS[name](text, wanted, reader, about)
    return found


def _showing(entity, ids: sa.Select, wanted: Wanted, *order, options) -> sa.Select:
    """What shows the first of those that `ids` finds by the columns of `order` and says how many there are, or only counts them."""
    found, sort = ids.limit(db.only(wanted.most)).subquery(), [*order, "id"]
    if not wanted.show:
        return sa.select(sa.func.count()).select_from(found)
    counted = sa.select(found, sa.func.count().over().label("how_many"))
    first = counted.order_by(*(found.c[name].desc() for name in sort)).limit(db.only(wanted.show)).subquery()
    graded = sa.true() if "n" not in first.c else first.c.n > 0
    rows = sa.select(entity, first.c.how_many, graded.label("said")).join(first, first.c.id == entity.id).options(*options)
    return rows.order_by(*(first.c[name].desc() for name in sort))


def _read(showing: sa.Select, wanted: Wanted, given: dict) -> Found:
    if not wanted.show:
        return Found([], db.Session().scalar(showing, given) or 0)
    rows = db.Session().execute(showing, given).all()
    return Found([row[0] for row in rows], rows[0].how_many if rows else 0, sum(bool(row.said) for row in rows))


# 27 alone, or with the words for "proposal" and "number" in Chinese or English before or behind it
_WORD, _NO = r"(?:\u63d0\u6848|proposal)", r"(?:\u7b2c|\u7f16\u53f7|#|no\.?)"
_PROPOSAL = re.compile(rf"{_WORD}?\s*{_NO}?\s*(\d{{1,9}})\s*\u53f7?\s*{_WORD}?", re.IGNORECASE)


def proposal_number(text: str) -> int | None:
    """27 in `提案27`, `27 号提案`, `#27` or `27`; None where it is no number of a proposal."""
    found = _PROPOSAL.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return int(found.group(1)) if found else None


def proposals(text: str, wanted: Wanted, _reader, about: Named) -> Found:
    """Public proposals by their number or the words of their titles, those with all of them first, then those with a third of
    them and more, then by the name of what they are about (`Found.said`). The last word may be unfinished."""
    words, number = typed(text), proposal_number(text)
    # A single letter or the mere beginning of a word says something together with others only.
    telling = tuple(n for n in range(len(words.shape.whole)) if len(words.given[f"word{n}"]) > 1 or not words.given[f"word{n}"].isascii())
    given = words.given | {"number": number, "named": about.categories}
    given |= {f"theme{n}": theme for n, theme in enumerate(about.themes)}
    parts = (words.shape, telling, bool(about.categories), len(about.themes), number is not None)
    return _read(_of_proposals(wanted, *parts), wanted, given) if words.shape.begun or number is not None else NOTHING


@lru_cache(maxsize=256)
def _of_proposals(wanted: Wanted, words: Shape, telling: tuple[int, ...], named: bool, themes: int, number: bool) -> sa.Select:
    parts = [*_with_words(wanted, words, telling), *_about(wanted, named, themes)]
    if number:
        parts.append(sa.select(sa.bindparam("number", type_=sa.Integer).label("id"), sa.literal(99).label("n")))
    either = (sa.union_all(*(sa.select(part.subquery()) for part in parts)) if parts[1:] else parts[0]).subquery()
    best = sa.func.max(either.c.n).label("n")
    ids = sa.select(Proposal.id, best).join(either, either.c.id == Proposal.id).where(*_SHOWN)
    ids = ids.group_by(Proposal.id).order_by(best.desc(), Proposal.id.desc())
    return db.plan_once(_showing(Proposal, ids, wanted, "n", options=_READ_PROPOSAL))


_SHOWN = (Proposal.state.not_in(PRIVATE), Proposal.published_at.is_not(None), Proposal.hidden_at.is_(None))
# What a proposal shows here.
_READ_PROPOSAL = (
    orm.load_only(
        Proposal.title, Proposal.opening, Proposal.theme, Proposal.state, Proposal.published_at, Proposal.created_at,
        Proposal.ballot_opens_at, Proposal.objections_until, Proposal.due_at,
    ),
    orm.joinedload(Proposal.place).load_only(Place.name, Place.pinyin),
)  # fmt: skip


def _with_words(wanted: Wanted, words: Shape, telling: tuple[int, ...]) -> list[sa.Select]:
    """The newest proposals with all the words; where they are too few, those with most of the telling ones, a third at least."""
    if not words.begun:
        return []
    term, owner, most = ProposalTerm.term, ProposalTerm.proposal_id, wanted.most
    found = newest(words, term, owner, most + MOST_HIDDEN).subquery()
    having = sa.select(Proposal.id).where(*_SHOWN, Proposal.id.in_(sa.select(found.c.id)))
    everything = having.order_by(Proposal.id.desc()).limit(db.only(most)).cte("everything")
    parts = [sa.select(everything.c.id, sa.literal(50).label("n"))]
    begun = [] if words.common else [sa.select(owner).where(begins(term)).distinct()]
    each = [sa.select(owner).where(word(words, n, term)).distinct() for n in telling] + begun
    if words.whole and each:
        too_few = sa.select(sa.func.count()).select_from(everything).scalar_subquery() < db.only(most)
        some = sa.union_all(*(one.where(too_few) for one in each)).subquery()
        ident, n = some.c[owner.key], sa.func.count().label("n")
        best = sa.select(ident.label("id"), n).group_by(ident).having(n >= (len(words.whole) + 3) // 3)
        parts.append(best.order_by(n.desc(), ident.desc()).limit(db.only(most + MOST_HIDDEN)))
    return parts


def _about(wanted: Wanted, named: bool, themes: int) -> list[sa.Select]:
    """The newest proposals of the categories that are called so, and of each theme among those without a category."""
    found = sa.select(Proposal.id.label("id"), sa.literal(0).label("n")).where(*_SHOWN).limit(db.only(wanted.most))
    category, theme, ident = Proposal.category_id, Proposal.theme, Proposal.id
    without = found.where(category.is_(None)).order_by(category.desc(), theme.desc(), ident.desc())  # as their index is sorted
    parts = [without.where(theme == sa.bindparam(f"theme{n}", type_=theme.type)) for n in range(themes)]
    of_kind = category.in_(sa.bindparam("named", expanding=True, type_=sa.Integer))
    return [*parts, found.where(of_kind).order_by(ident.desc())] if named else parts


# What a case shows here, and what decides who may read its words.
_READ_CASE = (
    orm.load_only(
        Case.number, Case.title, Case.where, Case.state, Case.reported_at, Case.source, Case.accepted_at, Case.reporter_id,
        Case.place_code, Case.lead_unit_id, Case.co_unit_ids, raiseload=True,
    ),
    orm.joinedload(Case.category, innerjoin=True).load_only(Category.name, Category.name_en),
    orm.joinedload(Case.place, innerjoin=True).load_only(Place.name, Place.pinyin),
)  # fmt: skip


def cases(text: str, wanted: Wanted, reader, about: Named) -> Found:
    """Public cases by number (however it is grouped, with words around it, with or without the check digit), else by the words
    the reader may know, or by the name of their category. A number with a typo is nobody's."""
    number, words, kinds = number_in(text), typed(text), about.categories
    if has_typo(number) or not (number or words.shape.begun):
        return NOTHING
    showing = _numbered(wanted) if number else _of_cases(wanted, words.shape, len(kinds), shown.readable(reader))
    given = words.given | shown.reading(reader) | {"number": number}
    return _read(showing, wanted, given | {f"kind{n}": kind for n, kind in enumerate(kinds)})


@lru_cache
def _numbered(wanted: Wanted) -> sa.Select:
    ids = sa.select(Case.id).where(
        Case.hidden_at.is_(None), db.prefix_range(Case.number, sa.bindparam("number", type_=sa.String))
    )
    return db.plan_once(_showing(Case, ids.order_by(Case.id.desc()), wanted, options=_READ_CASE))


@lru_cache(maxsize=256)
def _of_cases(wanted: Wanted, words: Shape, kinds: int, readable) -> sa.Select:
    public = sa.select(Case.id).where(Case.hidden_at.is_(None)).order_by(Case.id.desc()).limit(db.only(wanted.most))
    found = newest(words, CaseTerm.term, CaseTerm.case_id, wanted.most + MOST_UNREADABLE).subquery()
    ids = public.where(readable, Case.id.in_(sa.select(found.c.id)))
    if kinds:
        of_kind = (public.where(Case.category_id == sa.bindparam(f"kind{n}", type_=sa.Integer)) for n in range(kinds))
        either = sa.union(*(sa.select(part.subquery()) for part in (ids, *of_kind))).subquery()
        ids = sa.select(either.c.id).order_by(either.c.id.desc())
    return db.plan_once(_showing(Case, ids, wanted, options=_READ_CASE))


def places(text: str, wanted: Wanted, _reader, _about) -> Found:
    """Official places by name, pinyin or initials."""
    found = find_places(text, wanted.most) if not looks_like_number(text) else []
    return Found(found[: wanted.show], len(found))


def spaces(text: str, wanted: Wanted, _reader, _about) -> Found:
    """Rooms by name or by the name of their place."""
    words = text.split()[:4]
    return _read(_of_spaces(wanted, len(words)), wanted, {f"has{n}": f"%{db.as_is(word)}%" for n, word in enumerate(words)})


@lru_cache
def _of_spaces(wanted: Wanted, words: int) -> sa.Select:
    has = [sa.bindparam(f"has{n}", type_=sa.String) for n in range(words)]
    named = [sa.or_(Space.name.like(word, escape="/"), Place.name.like(word, escape="/")) for word in has]
    ids = sa.select(Space.id, Space.last_active_at).join(Place, Place.code == Space.place_code)
    ids = ids.where(*named, Space.state != SpaceState.CLOSED).order_by(Space.last_active_at.desc(), Space.id.desc())
    read = (orm.load_only(Space.name), orm.joinedload(Space.place).load_only(Place.name, Place.pinyin))
    return db.plan_once(_showing(Space, ids, wanted, "last_active_at", options=read))


_FINDERS = {"proposals": proposals, "cases": cases, "places": places, "spaces": spaces}
