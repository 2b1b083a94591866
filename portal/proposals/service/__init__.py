"""What people do with proposals. Every function is one transaction; the proposal is locked first, then its ballot."""

from portal.proposals.service.drafts import add_photos, draft_from, remove_photo, save_draft, submit
from portal.proposals.service.merging import merge
from portal.proposals.service.moves import move
from portal.proposals.service.notice import answer_objection, object_to
from portal.proposals.service.ratings import rate
from portal.proposals.service.support import follow, second, unfollow, unsecond
from portal.proposals.service.versions import index_title, revise

__all__ = [
    "add_photos", "answer_objection", "draft_from", "follow", "index_title", "merge", "move", "object_to", "rate",
    "remove_photo", "revise", "save_draft", "second", "submit", "unfollow", "unsecond",
]  # fmt: skip
