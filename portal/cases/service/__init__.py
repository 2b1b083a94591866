"""What can be done with cases. Every function is one transaction, or joins its caller's."""

from portal.cases.service.chain import accept_with_case, from_finding, is_carried, reopen_for
from portal.cases.service.moves import NO_PICTURE, check, lacks_picture, move, supervise
from portal.cases.service.ratings import evaluate_due, rate
from portal.cases.service.reports import report

__all__ = [
    "NO_PICTURE",
    "accept_with_case",
    "check",
    "evaluate_due",
    "from_finding",
    "is_carried",
    "lacks_picture",
    "move",
    "rate",
    "reopen_for",
    "report",
    "supervise",
]
