"""An officer's unpublished answers: his own, for his own eyes."""

from datetime import date

from portal import db
from portal.clock import utcnow
from portal.db import transaction
from portal.staff.models import NotedAnswer


def keep(actor, proposal_id: int, typed: dict) -> None:
    """Note what was typed; what had been noted before gives way."""
    values = {name: value.isoformat() if isinstance(value, date) else value for name, value in typed.items()}
    with transaction() as session:
        row = {"proposal_id": proposal_id, "user_id": actor.id, "typed": values, "at": utcnow()}
        again = {"typed": values, "at": row["at"]}
        statement = db.insert(session, NotedAnswer).values(row)
        session.execute(statement.on_conflict_do_update(index_elements=["proposal_id", "user_id"], set_=again))


def of(actor, proposal_id: int) -> dict | None:
    """What this person noted, ready for the form."""
    note = db.Session().get(NotedAnswer, (proposal_id, actor.id), populate_existing=True)
    if note is None:
        return None
    day = note.typed.get("promised_on")
    return {**note.typed, "promised_on": date.fromisoformat(day) if day else None}


def drop(actor, proposal_id: int) -> None:
    """It is published."""
    with transaction() as session:
        if note := session.get(NotedAnswer, (proposal_id, actor.id)):
            session.delete(note)
