"""Everything that changes a space: its setting and rules, its roster, its topics."""

from portal.spaces.service.roster import answer, end_terms, give_role, invite, join, leave, take_role
from portal.spaces.service.setting import change_rules, create, describe, move
from portal.spaces.service.topics import close_topic, reopen_topic, start_topic

__all__ = [
    "answer",
    "change_rules",
    "close_topic",
    "create",
    "describe",
    "end_terms",
    "give_role",
    "invite",
    "join",
    "leave",
    "move",
    "reopen_topic",
    "start_topic",
    "take_role",
]
