"""Setting up a space, its name and purpose, its life, its rules."""

from enum import StrEnum

from portal import audit, db
from portal.db import transaction
from portal.errors import Invalid
from portal.places import counts
from portal.places.models import Place
from portal.policy import require
from portal.spaces import policy
from portal.spaces.defaults import DEFAULTS
from portal.spaces.models import RuleVersion, Space, SpaceKind, SpaceState
from portal.spaces.rules import Electorate, Majority, Results, RuleSet, WhoWrites
from portal.spaces.states import MOVES
from portal.text.clean import clean, one_line
from portal.text.lazy import _l

_ENUMS: dict[str, type[StrEnum]] = {
    "who_writes": WhoWrites,
    "electorate": Electorate,
    "majority": Majority,
    "results": Results,
}


def create(actor, kind: str, place_code: str, name: str, purpose: str = "", access: str = "") -> Space:
    """A new space with the rules of its kind; it begins by being set up."""
    kind, name = _kind(kind), _name(name)
    with transaction() as session:
        place = session.get(Place, place_code[:24])
        if place is None or place.retired_at is not None:
            raise Invalid(_l("Choose the place this space is for."))
        require(policy.why_not_create(actor, place.code))
        rules = DEFAULTS[kind].checked().to_json()
        space = Space(
            kind=kind,
            name=name,
            place_code=place.code,
            purpose=clean(purpose)[:500],
            access=clean(access)[:300],
            rules=rules,
            state=SpaceState.FORMING,
        )
        session.add(space)
        session.flush()
        session.add(RuleVersion(space_id=space.id, version=1, rules=rules, written_by=actor.id))
        counts.moved(session, "space", space.place_code, None, space.state)
        audit.record(
            session, actor, "space.create", ("space", space.id), after=space.state, kind=kind, place=place.code
        )
        return space


def describe(actor, space_id: int, *, name: str, purpose: str = "", access: str = "") -> Space:
    """Change what a space is called, what it is for and how to get in."""
    name = _name(name)
    with transaction() as session:
        space = db.locked(session, Space, space_id)
        require(policy.why_not_rule(actor, space))
        before = space.name
        space.name, space.purpose, space.access = name, clean(purpose)[:500], clean(access)[:300]
        audit.record(session, actor, "space.describe", ("space", space.id), was=before, name=name)
        return space


def move(actor, space_id: int, action: str, reason: str = "") -> Space:
    """Take a space one step along its life."""
    reason = one_line(reason)[:200]
    with transaction() as session:
        space = db.locked(session, Space, space_id)
        require(policy.why_not_move(actor, space, action))
        step = MOVES[action]
        if "reason" in step.needs and not reason:
            raise Invalid(_l("Say why, in one sentence."))
        before, space.state = space.state, step.go_to
        counts.moved(session, "space", space.place_code, before, space.state)
        audit.record(
            session, actor, f"space.{action}", ("space", space.id), before=before, after=space.state, reason=reason
        )
        return space


def change_rules(actor, space_id: int, **changes) -> Space:
    """Write new rules: a new version. What is already running keeps the rules it began with."""
    with transaction() as session:
        space = db.locked(session, Space, space_id)
        require(policy.why_not_rule(actor, space))
        rules = space.rule_set.but(**_typed(changes))
        if rules == space.rule_set:
            return space
        before, space.rules_version = space.rules_version, space.rules_version + 1
        old, space.rules = space.rules, rules.to_json()
        session.add(RuleVersion(space_id=space.id, version=space.rules_version, rules=space.rules, written_by=actor.id))
        changed = {name: value for name, value in space.rules.items() if old.get(name) != value}
        audit.record(
            session,
            actor,
            "space.rules",
            ("space", space.id),
            before=before,
            after=space.rules_version,
            changed=changed,
        )
        return space


def _typed(changes: dict) -> dict:
    known = RuleSet.__dataclass_fields__
    try:
        return {
            name: _ENUMS[name](value) if name in _ENUMS else value for name, value in changes.items() if name in known
        }
    except ValueError as problem:
        raise Invalid(_l("Choose one of the options.")) from problem


def _kind(kind: str) -> SpaceKind:
    try:
        return SpaceKind(kind)
    except ValueError as problem:
        raise Invalid(_l("Choose what kind of space it is.")) from problem


def _name(name: str) -> str:
    name = one_line(name)
    if not 2 <= len(name) <= 80:
        raise Invalid(_l("Give it a name of 2 to 80 characters."))
    return name
