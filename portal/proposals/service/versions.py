"""New versions of a text that is already public, and the search terms of its title."""

import re

import sqlalchemy as sa

from portal import audit, db, outbox
from portal.clock import days_later, utcnow
from portal.db import transaction
from portal.errors import Conflict, Invalid
from portal.policy import require
from portal.proposals import policy
from portal.proposals.events import ProposalRevised
from portal.proposals.models import Proposal, ProposalTerm, ProposalVersion, Second
from portal.proposals.service.steps import load
from portal.proposals.states import SECONDABLE, ProposalState
from portal.text import richtext
from portal.text.clean import clean, one_line
from portal.text.diff import compare
from portal.text.lazy import _l
from portal.text.terms import index_terms

LIMITS = {"title": 120, "body": 10_000, "plan": 10_000, "where": 120}
LOOK_AGAIN_DAYS = 7  # at least, for whoever is asked to look at a changed text again
SMALL_SHARE = 0.05  # of the text may change in a correction …
SMALL_PIECE = 40  # … and at most this many characters
# A changed number or a changed "not" is never a slip of the pen.
_MEANING = re.compile(r"[0-9０-９一二三四五六七八九十百千万两半不未没無无非勿禁否]")


def revise(
    actor, proposal_id: int, *, title: str, body: str, plan: str = "", why: str = "", material: bool = True
) -> Proposal:
    """A new version. A material one asks everybody who seconded to look again; only a small slip is not material."""
    new = {"title": one_line(title), "body": clean(body), "plan": clean(plan)}
    why = one_line(why)[:200]
    _require_usable(new)
    with transaction() as session:
        p, now = load(session, proposal_id), utcnow()
        require(policy.why_not_edit(actor, p))
        if p.state not in SECONDABLE:
            raise Conflict(_l("This text is a draft. Change it there."))
        old = {name: getattr(p, name) for name in new}
        if new == old:
            return p
        material = bool(material) or not is_small(_seconded(session, p, old), new)
        if material and not why:
            raise Invalid(_l("Say in one sentence what you changed and why. Everybody who seconded will read it."))
        p.title, p.body, p.plan = new["title"], new["body"], new["plan"]
        p.body_html, p.plan_html = richtext.render(p.body), richtext.render(p.plan)
        p.version += 1
        p.updated_at = now
        session.add(ProposalVersion(proposal_id=p.id, number=p.version, title=p.title, body=p.body, plan=p.plan, material=material,
                                    why=why, written_by=actor.id, written_at=now))  # fmt: skip
        if old["title"] != new["title"]:
            index_title(session, p)
        if material:
            _ask_again(session, p)
            if p.state is ProposalState.DELIBERATING and p.due_at is not None and policy.lacks_seconds(p):
                p.due_at = max(p.due_at, days_later(now, LOOK_AGAIN_DAYS))
        audit.record(
            session,
            actor,
            "proposal.revise",
            ("proposal", p.id),
            role="author",
            version=p.version,
            material=material,
            why=why,
        )
        outbox.publish(session, ProposalRevised(p.id, p.version, material))
        return p


def is_small(old: dict[str, str], new: dict[str, str]) -> bool:
    """Is this no more than the correction of a slip? No number and no negation may change."""
    changed = total = 0
    for name, text in old.items():
        if _MEANING.findall(text) != _MEANING.findall(new[name]):
            return False
        total += len(text)
        changed += sum(len(piece) for kind, piece in compare(text, new[name]) if kind != "same")
    return changed <= min(SMALL_PIECE, max(4, SMALL_SHARE * total))


def index_title(session, p: Proposal) -> None:
    """Write down the terms of the title anew."""
    session.execute(sa.delete(ProposalTerm).where(ProposalTerm.proposal_id == p.id))
    db.insert_new(session, ProposalTerm, [{"term": term, "proposal_id": p.id} for term in index_terms(p.title)])


def _ask_again(session, p: Proposal) -> None:
    session.execute(
        sa.update(Second).where(Second.proposal_id == p.id, Second.stale.is_(False)).values(stale=True),
        execution_options={"synchronize_session": "fetch"},
    )
    p.stale_seconds_count += p.seconds_count
    p.seconds_count = 0


def _require_usable(new: dict[str, str]) -> None:
    if len(new["title"]) < 4:
        raise Invalid(_l("Write a title: the place and what should be done."))
    if len(new["body"]) < 4:
        raise Invalid(_l("Describe how it is now and what should change."))
    for name, text in new.items():
        if len(text) > LIMITS[name]:
            raise Invalid(_l("At most %(max)s characters, please shorten it.", max=LIMITS[name]))


def _seconded(session, p: Proposal, now: dict) -> dict:
    """The text people seconded: the last material version. Many small changes to it are one change."""
    last = (
        sa.select(ProposalVersion)
        .where(ProposalVersion.proposal_id == p.id, ProposalVersion.material.is_(True))
        .order_by(ProposalVersion.number.desc())
        .limit(1)
    )
    found = session.scalars(last).one_or_none()
    return {name: getattr(found, name) for name in now} if found else now
