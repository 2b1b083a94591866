"""What several tests of proposals do: send one in, bring one to a state, let time pass."""

from datetime import timedelta

import portal.ballots.jobs
import portal.ballots.subjects
import portal.patrols.subjects
import portal.proposals.jobs
import portal.proposals.subjects
import portal.spaces.subjects  # noqa: F401 — what the worker knows
from portal import db, outbox
from portal.clock import utcnow
from portal.places import counts
from portal.proposals import queries, service
from portal.proposals.models import Proposal

TEXT = {"title": "在西街口设停车架", "body": "早晚停满车，轮椅过不去。", "theme": "traffic"}
ANSWER = {"how": "street_task", "answer": "采纳，街道来做。", "responsible": "什刹海街道办事处"}


def run_due(days=0, **more):
    """What the worker would do that much later."""
    return outbox.run_due(utcnow() + timedelta(days=days, **more))


def submitted(author, space, **fields):
    draft = service.save_draft(author, space_id=space.id, **{**TEXT, **fields})
    return service.submit(author, draft.id)


def fresh(session, p):
    session.expire_all()
    return session.get_one(Proposal, p.id)


def promise(days=20):
    return utcnow() + timedelta(days=days)


def by_group(place_code) -> dict[str, int]:
    """What the chips of a place's list say."""
    return queries.grouped(counts.totals(db.Session(), "proposal", place_code).by_state)
