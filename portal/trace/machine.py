"""The thread as JSON: stations, roles, numbers and the fingerprints of the ledger. No names, no free text of residents."""

from portal.clock import BEIJING
from portal.proposals.models import Proposal
from portal.trace import queries, words

VERIFY = (
    "Whoever operates the portal recomputes every fingerprint with `portal ledger verify`. Nobody else can: what is hashed also "
    "holds who acted and words that are not published. Anybody can note a fingerprint now and compare it later, and see that "
    "prev_hash is the hash of the entry numbered one less wherever both are shown."
)


def thread(session, proposal: Proposal, near, stations, page_url: str) -> dict:
    """What a machine may know about a proposal's way."""
    counts = queries.counts(session, proposal.id, [n.case.id for n in near if n.case is not None])
    return {
        "id": proposal.id, "title": proposal.title, "state": str(proposal.state), "place": proposal.place_code,
        "page": page_url, "version": proposal.version,
        "stations": [_station(s) for s in stations],
        "counted": [_count(c) for c in counts],
        "ledger": {
            "hash": "SHA-256 over the whole entry and the hash of the entry before it",
            "verify": VERIFY,
        },
    }  # fmt: skip


def _station(s) -> dict:
    return {
        "station": s.key, "name": str(s.name), "status": s.status, "from": _time(s.at), "until": _time(s.until), "due": _time(s.due),
        "expected": s.status == "todo", "text": str(s.text or ""), "by": str(s.actor or ""), "owes": str(s.owes or ""),
        "links": [{"label": str(label), "url": path} for label, path, *_ in s.evidence if path],
        "entries": [_entry(e) for e in s.entries],
    }  # fmt: skip


def _entry(e) -> dict:
    return {
        "seq": e.seq, "at": _time(e.at), "action": e.action, "step": str(words.step(e.action)),
        "role": str(words.by(e)), "before": e.before, "after": e.after, "hash": e.hash, "prev_hash": e.prev_hash,
    }  # fmt: skip


def _count(c) -> dict:
    return {
        "action": c.action, "n": c.n, "from": _time(c.first_at), "until": _time(c.last_at), "first_seq": c.first_seq,
        "last_seq": c.last_seq,
    }  # fmt: skip


def _time(moment) -> str | None:
    return moment.astimezone(BEIJING).isoformat(timespec="seconds") if moment else None
