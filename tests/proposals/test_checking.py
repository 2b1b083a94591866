"""Counting again."""

import sqlalchemy as sa

from portal import db
from portal.places.models import PlaceCount
from portal.proposals import service
from portal.proposals.checking import recount
from portal.proposals.models import Proposal
from portal.spaces.models import Space
from tests.factories import CITY, make_space, make_staff, make_user
from tests.proposals.helpers import submitted


def test_stored_counts_are_compared_with_the_rows(session, make):
    p = submitted(make.user(), make.space())
    service.move(make.staff(), p.id, "pass_review")
    service.second(make.user(), p.id)
    assert recount(session) == (1, [])
    session.execute(sa.update(Proposal).values(seconds_count=7, rating_yes_count=2))
    session.execute(
        sa.update(PlaceCount).where(PlaceCount.place_code == CITY, PlaceCount.kind == "proposal").values(n=9)
    )
    session.execute(sa.update(Space).values(proposal_count=3))
    assert recount(session)[1] == [
        f"proposal {p.id}: seconds_count is 7, the rows say 1", f"proposal {p.id}: rating_count is 2, the rows say 0",
        f"place {CITY}: 9 proposals gathering, the rows say 1", f"space {p.space_id}: 3 proposals, the rows say 1",
    ]  # fmt: skip


def test_they_are_compared_as_they_stand_at_one_moment(real_db):
    p = submitted(make_user(), make_space())
    service.move(make_staff(), p.id, "pass_review")
    db.Session.remove()
    with db.snapshot() as still:
        assert recount(still) == (1, [])


def test_a_second_through_the_door_costs_ten_statements_at_most(client, session, make, sql):
    p = make.proposal(state="gathering")
    one, two = make.user(), make.user()
    for neighbour in (one, two):
        client.sign_in(neighbour)
        with sql() as seen:
            answer = client.post(f"/proposals/{p.id}/seconds")
        assert answer.status_code == 303
        assert len(seen) <= 10, "\n".join(seen)
    session.refresh(p)
    assert (p.state, p.seconds_count) == ("deliberating", 2)
