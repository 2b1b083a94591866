"""Counting again what is stored, for `portal proposals recount`. A handful of grouped queries, whatever the size."""

from collections import Counter

import sqlalchemy as sa

from portal.places.models import PlaceCount, codes_above
from portal.proposals.models import Objection, OutcomeRating, Proposal, Second
from portal.proposals.queries import PUBLIC
from portal.spaces.models import Space


def recount(session) -> tuple[int, list[str]]:
    """(how many proposals there are, a sentence for every stored number that is not what the rows say)."""
    f = sa.func
    seconds = _numbers(
        session, sa.select(Second.proposal_id, f.count()).where(Second.stale.is_(False)).group_by(Second.proposal_id)
    )
    stale = _numbers(
        session, sa.select(Second.proposal_id, f.count()).where(Second.stale.is_(True)).group_by(Second.proposal_id)
    )
    shown = (
        sa.select(Objection.proposal_id, f.count()).where(Objection.hidden_at.is_(None)).group_by(Objection.proposal_id)
    )
    objections, waiting = _numbers(session, shown), _numbers(session, shown.where(Objection.answered_at.is_(None)))
    rated = sa.select(OutcomeRating.proposal_id, f.count()).join(Proposal, Proposal.id == OutcomeRating.proposal_id)
    ratings = _numbers(
        session, rated.where(OutcomeRating.round == Proposal.redo_count).group_by(OutcomeRating.proposal_id)
    )
    wrong: list[str] = []
    number, places, spaces = 0, Counter[tuple[str, str]](), Counter[int]()
    columns = sa.select(
        Proposal.id, Proposal.place_code, Proposal.space_id, Proposal.state, Proposal.published_at, Proposal.hidden_at, Proposal.seconds_count,
        Proposal.stale_seconds_count, Proposal.objection_count, Proposal.open_objection_count,
        (Proposal.rating_yes_count + Proposal.rating_no_count).label("rating_count"),
    )  # fmt: skip
    for p in session.execute(columns.execution_options(yield_per=1000)):
        number += 1
        rows = {"seconds_count": seconds, "stale_seconds_count": stale, "objection_count": objections, "open_objection_count": waiting,
                "rating_count": ratings}  # fmt: skip
        wrong += [f"proposal {p.id}: {name} is {getattr(p, name)}, the rows say {found.get(p.id, 0)}"
                  for name, found in rows.items() if getattr(p, name) != found.get(p.id, 0)]  # fmt: skip
        if p.state in PUBLIC and p.published_at is not None and p.hidden_at is None:
            spaces[p.space_id] += 1
            for code in codes_above(p.place_code):
                places[code, p.state.value] += 1
    stored = sa.select(PlaceCount.place_code, PlaceCount.state, PlaceCount.n).where(PlaceCount.kind == "proposal")
    kept = {(code, state): n for code, state, n in session.execute(stored) if n}
    wrong += [f"place {code}: {kept.get((code, state), 0)} proposals {state}, the rows say {places[code, state]}"
              for code, state in sorted(kept.keys() | places.keys()) if kept.get((code, state), 0) != places[code, state]]  # fmt: skip
    for ident, n in session.execute(sa.select(Space.id, Space.proposal_count).order_by(Space.id)):
        if n != spaces[ident]:
            wrong.append(f"space {ident}: {n} proposals, the rows say {spaces[ident]}")
    return number, wrong


def _numbers(session, grouped) -> dict[int, int]:
    return dict(session.execute(grouped).tuples().all())
