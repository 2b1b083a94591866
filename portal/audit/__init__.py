"""The ledger: who did what, when, in which role. Append-only; each entry carries the hash of the one before it."""

from portal.audit.models import Entry, Head
from portal.audit.service import Point, history, record, verify

__all__ = ["Entry", "Head", "Point", "history", "record", "verify"]
