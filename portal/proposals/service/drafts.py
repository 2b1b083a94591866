"""Writing: drafts that save themselves, photos, sending in."""

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from portal import audit, db, files, links
from portal.categories.models import Category, Theme
from portal.clock import utcnow
from portal.db import transaction
from portal.errors import Conflict, Invalid, NotFound, Refused
from portal.files.models import Photo
from portal.patrols import service as patrols
from portal.patrols.models import Finding, Outcome
from portal.patrols.policy import why_not_lead_on
from portal.places.models import Place
from portal.policy import require
from portal.proposals import policy
from portal.proposals.models import Follow, Proposal, ProposalVersion
from portal.proposals.service.steps import DRAFT_DAYS, load, require_move, step
from portal.proposals.service.versions import LIMITS
from portal.proposals.states import ProposalState
from portal.spaces.models import Space, Topic
from portal.text import richtext
from portal.text.clean import clean, one_line
from portal.text.lazy import _l

S = ProposalState
MOST_DRAFTS = 20
GONE = _l("What this proposal should grow out of is not here (any more).")


def save_draft(actor, proposal_id: int | None = None, *, client_key: str | None = None, **fields) -> Proposal:
    """Begin a draft or go on with it. The same `client_key` is the same draft, however often it is sent.

    Fields: space_id, place_code, theme, category_id, where, title, body, plan; those left out stay as they are.
    """
    return _save(actor, proposal_id, _key(actor, client_key), fields)


def _key(actor, typed) -> str:
    """What a form carries is typed by whoever sends it: never the key of somebody else, nor of what something grew out of."""
    typed = one_line(typed) if isinstance(typed, str) else ""
    return f"u{actor.id}:{typed}"[:64] if typed else ""


def _save(actor, proposal_id: int | None, key: str, fields: dict) -> Proposal:
    require(policy.why_not_draft(actor))
    with transaction() as session:
        p = load(session, proposal_id) if proposal_id is not None else _begun(session, actor, key, fields)
        require(policy.why_not_edit(actor, p))
        if p.state not in (S.DRAFT, S.RETURNED):
            raise Conflict(_l("This proposal has been sent in. Change its text on its own page."))
        if values := _checked(session, p, fields):
            for name, value in values.items():
                setattr(p, name, value)
            p.updated_at = now = utcnow()
            p.due_at = now + timedelta(days=DRAFT_DAYS)
        return p


def submit(actor, proposal_id: int) -> Proposal:
    """Send it in: from now on somebody else reviews it. Sent in twice is sent in once."""
    with transaction() as session:
        p, now = load(session, proposal_id), utcnow()
        if p.state is S.SUBMITTED and p.author_id == actor.id:
            return p
        require_move(actor, p, "submit", now)
        require(policy.why_not_propose(actor, p.space))
        _require_complete(p)
        p.rules, p.rules_version, p.submitted_at, p.closing_note = p.space.rules, p.space.rules_version, now, ""
        keep_version(session, p, actor.id, now)
        step(session, actor, p, "submit", now)
        return p


def add_photos(actor, proposal_id: int, uploads: Iterable[bytes], alts: Iterable[str] = ()) -> list[Photo]:
    """Photos of the matter, while the text may still be changed."""
    pictures = files.prepare_all(uploads)  # slow, so before anything is locked
    with transaction() as session:
        p = load(session, proposal_id)
        require(policy.why_not_edit(actor, p))
        photos = files.attach_photos(session, actor, ("proposal", p.id), pictures, alts)
        if photos:
            p.photo_count += len(photos)
            audit.record(session, actor, "proposal.add_photos", ("proposal", p.id), role="author", n=len(photos))
        return photos


def remove_photo(actor, proposal_id: int, photo_id: int) -> None:
    """Take a photo away; one that is gone already stays gone."""
    with transaction() as session:
        p = load(session, proposal_id)
        require(policy.why_not_edit(actor, p))
        if files.remove_photos(session, Photo.id == photo_id, Photo.owner_kind == "proposal", Photo.owner_id == p.id):
            p.photo_count -= 1
            audit.record(session, actor, "proposal.remove_photo", ("proposal", p.id), role="author")


def draft_from(actor, source: tuple[str, int], **fields) -> Proposal:
    """A draft that grew out of something (a topic, a finding), linked with it. It begins with the title of the topic and the
    words of its author, if that is who writes; with the place, words, kind and photos of the finding.

    A draft of one's own from the same source that is not sent in yet is gone on with; after that, another one is begun.
    """
    kind, ident = source
    fields.pop("client_key", None)  # the thing it grows out of is the key
    with transaction() as session:
        had = _from(session, actor, f"{kind}-{ident}-{actor.id}")
        unfinished = next((row.id for row in had if row.state in (S.DRAFT, S.RETURNED)), None)
        if unfinished is not None:
            return load(session, unfinished)
        finding = _finding(session, actor, ident) if kind == "finding" else None
        known = _of_finding(finding) if finding is not None else _of_other(session, actor, source)
        key = f"{kind}-{ident}-{actor.id}" + (f"-{len(had) + 1}" if had else "")  # the same for two who begin at once
        p = _save(actor, None, key, known | fields)
        links.add(session, (kind, ident), ("proposal", p.id))
        if finding is not None:
            p.photo_count += files.take_over(session, ("finding", finding.id), ("proposal", p.id))
            patrols.led_to(session, finding.id, Outcome.PROPOSED)
        return p


def _from(session, actor, key: str) -> list:
    """(id, state) of what somebody began from a source before, the latest first."""
    again = Proposal.client_key.startswith(key + "-", autoescape=True)
    wanted = sa.select(Proposal.id, Proposal.state).where(
        Proposal.author_id == actor.id, sa.or_(Proposal.client_key == key, again)
    )
    return list(session.execute(wanted.order_by(Proposal.id.desc())))


def _finding(session, actor, ident: int) -> Finding:
    """With its patrol and its kind, if this actor may lead on from it."""
    wanted = sa.select(Finding).where(Finding.id == ident)
    wanted = wanted.options(orm.joinedload(Finding.patrol), orm.joinedload(Finding.category))
    finding = session.scalars(wanted).one_or_none()
    if finding is None:
        raise NotFound(GONE)
    require(why_not_lead_on(actor, finding, finding.patrol))
    return finding


def _of_finding(finding: Finding) -> dict:
    known: dict = {"where": finding.where, "body": finding.note}
    if finding.category is not None:
        known["theme"] = finding.category.theme
        known["category_id"] = None if finding.category.retired else finding.category_id
    return known


def _of_other(session, actor, source: tuple[str, int]) -> dict:
    """What a public thing of another feature gives a draft. Raises NotFound."""
    origin = links.describe(session, [source]).get(source)
    if origin is None or not origin.public:
        raise NotFound(GONE)
    if not isinstance(origin.thing, Topic):
        return {}
    return {"title": origin.title, "body": origin.thing.body if origin.author_id == actor.id else None}


def erase(session, p: Proposal) -> None:
    """A draft its author deletes: words and photos go, the ledger keeps that there was one."""
    p.title = p.where = p.body = p.plan = p.body_html = p.plan_html = ""
    p.theme = p.category_id = None
    p.photo_count -= files.remove_photos(session, Photo.owner_kind == "proposal", Photo.owner_id == p.id)


def keep_version(session, p: Proposal, author_id: int | None, now) -> None:
    """The text as it was sent in. Before it was ever public, a later one takes its place."""
    text = {"title": p.title, "body": p.body, "plan": p.plan, "written_by": author_id, "written_at": now}
    statement = db.insert(session, ProposalVersion).values(proposal_id=p.id, number=p.version, **text)
    with session.no_autoflush:  # the proposal is written once, at the end
        session.execute(statement.on_conflict_do_update(index_elements=["proposal_id", "number"], set_=text))


def _begun(session, actor, key: str, fields: dict) -> Proposal:
    if key and (found := _by_key(session, actor, key)):
        return found
    space = _space(session, fields.get("space_id"))
    mine = sa.select(sa.func.count()).where(Proposal.author_id == actor.id, Proposal.state == S.DRAFT)
    if session.scalar(mine) >= MOST_DRAFTS:
        raise Refused(_l("You have %(most)s drafts. Send one in or delete it first.", most=MOST_DRAFTS))
    now = utcnow()
    row = {
        "space_id": space.id, "place_code": space.place_code, "author_id": actor.id, "title": "", "state": S.DRAFT,
        "state_since": now, "created_at": now, "updated_at": now, "due_at": now + timedelta(days=DRAFT_DAYS),
        "rules": space.rules, "rules_version": space.rules_version, "client_key": key or None,
    }  # fmt: skip
    row |= _checked(session, Proposal(**row), fields)  # one INSERT with all that is known
    p = db.inserted(session, Proposal, row)
    if p is None:  # the same form, sent twice at the same moment
        return _by_key(session, actor, key)
    orm.attributes.set_committed_value(p, "space", space)
    db.insert_new(session, Follow, [{"proposal_id": p.id, "user_id": actor.id, "at": now}])
    audit.record(session, actor, "proposal.draft", ("proposal", p.id), after=S.DRAFT, role="author")
    return p


def _by_key(session, actor, key: str) -> Proposal | None:
    ident = session.execute(sa.select(Proposal.id, Proposal.author_id).where(Proposal.client_key == key)).one_or_none()
    if ident is None:
        return None
    if ident.author_id != actor.id:
        raise Conflict(_l("This form was used by somebody else. Open it anew."))
    return load(session, ident.id)


def _checked(session, p: Proposal, fields: dict) -> dict:
    """The given fields, cleaned, as far as they change something. Raises Invalid with what to write instead."""
    given = {name: value for name, value in fields.items() if value is not None and name in FIELDS}
    values: dict = {}
    for name, most in LIMITS.items():
        if name in given:
            text = (one_line if name in ("title", "where") else clean)(
                given[name] if isinstance(given[name], str) else ""
            )
            if len(text) > most:
                raise Invalid(_l("At most %(max)s characters, please shorten it.", max=most))
            values[name] = text
    for name in ("body", "plan"):
        if name in values and values[name] != getattr(p, name):
            values[f"{name}_html"] = richtext.render(values[name])
    if "theme" in given:
        values["theme"] = _theme(given["theme"])
    if "category_id" in given:
        values["category_id"] = _category(session, given["category_id"])
    if "space_id" in given or "place_code" in given:
        values |= _where(session, p, given)
    return {name: value for name, value in values.items() if getattr(p, name) != value}


FIELDS = ("space_id", "place_code", "theme", "category_id", "where", "title", "body", "plan")


def _where(session, p: Proposal, given: dict) -> dict:
    """Space and place together: the place lies in the space's place."""
    space = _space(session, given.get("space_id", p.space_id))
    code = given.get("place_code", p.place_code)
    if not isinstance(code, str) or not code.startswith(space.place_code):
        if "place_code" in given:
            raise Invalid(_l("Choose a place that belongs to this room."))
        code = space.place_code
    if session.get(Place, code) is None:
        raise Invalid(_l("Choose a place from the list."))
    return {"space_id": space.id, "place_code": code, "rules": space.rules, "rules_version": space.rules_version}


def _space(session, space_id) -> Space:
    space = session.get(Space, space_id) if is_id(space_id) else None
    if space is None:
        raise Invalid(_l("Choose the room this proposal is for."))
    return space


def _theme(value) -> Theme | None:
    try:
        return Theme(value) if value else None
    except ValueError as problem:
        raise Invalid(_l("Choose one of the themes.")) from problem


def _category(session, value) -> int | None:
    if not value:
        return None
    category = session.get(Category, value) if is_id(value) else None
    if category is None or category.retired:
        raise Invalid(_l("Choose one of the categories."))
    return category.id


def _require_complete(p: Proposal) -> None:
    if len(p.title) < 4:
        raise Invalid(_l("Write a title: the place and what should be done."))
    if len(p.body) < 4:
        raise Invalid(_l("Describe how it is now and what should change."))
    if p.theme is None:
        raise Invalid(_l("Choose one of the themes."))


def is_id(value) -> bool:
    """A number that can be a key."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
