"""What can be done with brands and teams."""

from portal.brands.service.load import load, read_csv
from portal.brands.service.members import answer, appoint, ask, invite, leave, recount, relieve, remove, withdraw
from portal.brands.service.teams import close_team, create_team, patrol_confirmed

__all__ = [
    "answer", "appoint", "ask", "close_team", "create_team", "invite", "leave", "load", "patrol_confirmed", "read_csv",
    "recount", "relieve", "remove", "withdraw",
]  # fmt: skip
