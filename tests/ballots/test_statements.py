"""What a vote costs through its door."""

from portal.ballots import service
from portal.clock import utcnow


def test_a_vote_through_the_door_costs_ten_statements_at_most(session, client, make, sql):
    voter, box = make.user(), make.ballot()
    service.open_ballot(box.id, utcnow())
    client.sign_in(voter)
    with sql() as seen:
        answer = client.post(f"/ballots/{box.id}/votes", data={"choice": "for"})
    assert answer.status_code == 303
    assert len(seen) <= 10, "\n".join(seen)
    session.refresh(box)
    assert box.for_count == 1
