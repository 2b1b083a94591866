"""What happened to proposals."""

from portal.outbox import event


@event("proposal.moved")
class ProposalMoved:
    """A move of the table in `states`, by whom (None: the portal itself)."""

    proposal_id: int
    action: str
    actor_id: int | None


@event("proposal.revised")
class ProposalRevised:
    """A new version; `material` means its seconds are to be reconfirmed."""

    proposal_id: int
    version: int
    material: bool


@event("proposal.rated")
class ProposalRated:
    """Somebody has said whether it is solved; never what."""

    proposal_id: int
    user_id: int


@event("proposal.objected")
class ProposalObjected:
    proposal_id: int
    objection_id: int


@event("proposal.objection_answered")
class ObjectionAnswered:
    proposal_id: int
    objection_id: int
