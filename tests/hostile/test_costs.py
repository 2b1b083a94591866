"""What every form costs in statements when a person fills it in and it is taken: at most ten (DESIGN 9), or what `MORE` says.

The ledger is three of them (its end, the entry, the new end), the account one, an event one.
"""

import io
import re
from datetime import timedelta

import pytest

from portal import clock
from portal.accounts import passwords
from portal.accounts import service as accounts
from tests.cases.scenes import photo
from tests.factories import COMMUNITY, save
from tests.hostile.answers import sentence
from tests.hostile.conftest import rules
from tests.hostile.pages import as_filled
from tests.hostile.world import PHONE

BUDGET = 10
# What costs more, and why: what → (how many statements at most, for what). What a resident does many times a day is not among it.
MORE = {
    "cases.new": (14, "choices of class and place, the number of the year, a photo, its words, the counts of five places"),
    "cases.from_finding": (19, "its words, a case with its number, the link, photos taken along, the finding and its counts"),
    "staff.cases_move report_handled": (11, "counts and adds the photo that proves it"),
    "proposals.draft": (11, "keeps the text and then the photo, each for itself"),
    "proposals.edit": (13, "compares with the text that was seconded, keeps the version, indexes the title, asks all again"),
    "proposals.rate": (12, "the last rating closes the talk and moves the proposal on: two events, the counts"),
    "proposals.from_finding": (18, "a draft that follows, the link, photos taken along, the finding and its counts"),
    "staff.proposals_move pass_review": (13, "opens the talk, indexes the title, counts in the space and five places"),
    "staff.proposals_move conclude": (11, "announces the ballot: two events"),
    "staff.proposals_move merge": (16, "locks both; seconds, follows and a link go along, and are counted anew"),
    "staff.proposals_annul": (12, "the ballot and its proposal, locked and changed; two events"),
    "staff.proposals_objection": (11, "looks up whose objection it is before it locks the proposal"),
    "staff.proposals_answer street_task": (13, "choices of classes and units, and the note of the check is dropped"),
    "staff.proposals_answer decline": (13, "the same, and the talk is closed"),
    "staff.proposals_answer case": (20, "the answer and a case with its number, in one transaction"),
    "patrols.new": (13, "one walk at a time, once a form: choices of team and place, the locked person"),
    "patrols.log": (13, "the same, and no other walk at that time"),
    "patrols.new_finding": (12, "choices of classes, a photo, counts of patrol and places"),
    "patrols.end": (12, "one walk at a time: the locked person and the other walks; what was found"),
    "patrols.remove_finding": (11, "its photos go along, its item is judged anew, counts of patrol and places"),
    "brands.new_team": (18, "choices of brand and street, the first lead, counts of brand and team"),
    "brands.answer": (14, "application, team, role and both counts; two events"),
    "brands.appoint": (13, "finds the person; the old role ends, the new one begins, the roster is counted"),
    "brands.relieve": (12, "one role ends, another begins, the roster is counted; two events"),
    "brands.leave": (12, "the roster is counted for team and brand, and whether a lead stays"),
    "brands.remove": (11, "the same"),
    "spaces.answer": (14, "invitation, space and role; whoever invited gave it; the roster is counted"),
    "spaces.member": (12, "the roster is looked at before and after"),
    "spaces.leave": (12, "the same, and whether a chair stays"),
    "spaces.invite": (11, "finds the person and what is open already"),
    "staff.review_hide": (13, "what it is about, who reported it, and the counts of its conversation"),
    "staff.review_restore": (14, "the same, back again"),
    "staff.residents_confirm": (12, "finds the community by its name and an open wish it answers"),
    "staff.residents_code": (15, "answers with a page: the code is shown once"),
}  # fmt: skip
ANSWERS_WITH_A_PAGE = ("staff.residents_code", "proposals.autosave")
OF_ONE_PERSON = {"sign_in_codes", "notifications", "follows", "noted_answers"}  # tables of what nobody else sees
WORDS, SECRET, NEW_PHONE = "前海北沿 12 号，轮椅过不去。", "柳荫街的猫 42", "13800138123"
ASKS_AGAIN = {"confirmed": "1"}  # what the page after the first press sends


def sign_in_code(phone):
    return {"phone": phone, "code": accounts.ask_for_code(phone)}


def changed(thing, **values):
    for name, value in values.items():
        setattr(thing, name, value)
    return save(thing)


# What is typed where any words do not do; made as late as it is sent.
TYPED = {
    "accounts.sign_in": lambda w: sign_in_code(NEW_PHONE) | {"agreed": "y"},
    "accounts.phone": lambda w: sign_in_code(NEW_PHONE),
    "accounts.register": lambda w: {"username": "lianghua", "password": SECRET},
    "accounts.password": lambda w: {"name": changed(w.people["resident"], password_hash=passwords.make(SECRET)).username, "password": SECRET},
    "accounts.change_password": lambda w: {"password": SECRET},
    "accounts.reset_codes": lambda w: {"name": NEW_PHONE},
    "accounts.reset": lambda w: {"name": PHONE, "password": SECRET, "code": accounts.ask_for_code(PHONE)},
    "brands.appoint": lambda w: {"username": w.people["resident"].username},
    "brands.invite": lambda w: {"username": w.people["resident"].username},
    "brands.new_team": lambda w: {"lead": w.people["resident"].username},
    "cases.from_finding": lambda w: changed(w.finding, category_id=w.category.id) and {},
    "patrols.end": lambda w: changed(w.loose_finding, item=None) and {"add": None, "keep": None, "rest": None},
    "patrols.log": lambda w: {"started_at": beijing(hours=-3), "ended_at": beijing(hours=-2)},
    "spaces.invite": lambda w: {"username": w.people["resident"].username},
    "spaces.new": lambda w: {"place_code": COMMUNITY},
    "spaces.member": lambda w: {"role": "secretary", "first_day": ""},
    "staff.cases_move close": lambda w: ASKS_AGAIN,
    "staff.cases_move close_abnormal": lambda w: ASKS_AGAIN,
    "staff.cases_move not_accept": lambda w: ASKS_AGAIN,
    "staff.cases_move void": lambda w: ASKS_AGAIN | {"reason_code": "test"},
    "staff.proposals_move merge": lambda w: {"into": w.proposals["deliberating"].id},
    "staff.residents_confirm": lambda w: {"place_code": COMMUNITY},
    "staff.residents_search": lambda w: {"find": w.people["resident"].username},
    "staff.roles": lambda w: {"username": w.people["resident"].username, "role": "moderator", "on": f"/places/{COMMUNITY}"},
}  # fmt: skip


def beijing(**ago):
    return (clock.utcnow() + timedelta(**ago)).astimezone(clock.BEIJING).strftime("%Y-%m-%dT%H:%M")


def without_a_form(w) -> list[tuple[str, str, str, dict]]:
    """What follows a page that asks once more, and what a script sends: (what, who, where, what is sent)."""
    draft, answered = w.proposals["draft"], w.proposals["to_answer"]
    answer = {"seen": "publicity:1:0", "answer": WORDS, "responsible": "街道办事处", "category_id": w.category.id,
              "unit_id": w.unit.id, "promised_on": str(clock.today() + timedelta(days=20))}  # fmt: skip
    return [
        ("ballots.vote", "owner", f"/ballots/{w.ballots[0].id}/votes", {"choice": "for"}),
        ("proposals.autosave", "owner", f"/proposals/{draft.id}/draft/text", {"title": WORDS, "body": WORDS}),
        *((f"staff.proposals_answer {how}", "moderator", f"/staff/proposals/{answered.id}/answer", answer | {"how": how})
          for how in ("case", "street_task", "decline")),
    ]  # fmt: skip


def name_of(endpoint, form) -> str:
    """A door with several steps behind it costs what the step costs."""
    if endpoint == "staff.proposals_move":
        return f"{endpoint} {form.target.rpartition('/')[2]}"
    chosen = next((f.value for f in form.fields if f.name == "action" and f.kind in ("hidden", "button")), "")
    return f"{endpoint} {chosen}".strip()


def filled(form) -> dict:
    """Every field with something in it that is right in most forms, a photo where one may be sent, the first button pressed."""
    data: dict = as_filled(form)
    for field in form.fields:
        if field.kind == "file":
            data[field.name] = (io.BytesIO(photo()), "photo.jpg")
        elif field.kind in ("checkbox", "button"):
            data.setdefault(field.name, [field.value])
        elif field.kind == "tel":
            data[field.name] = [field.value or NEW_PHONE]
        elif field.kind == "date":
            data[field.name] = [str(clock.today() + timedelta(days=20))]
        elif field.kind == "number":
            data[field.name] = [field.value or "5"]
        elif field.kind == "select":
            data[field.name] = [field.value or next(filter(None, field.options), "")]
        elif field.kind in ("text", "textarea", "search", ""):
            data[field.name] = [WORDS]
    return data


def without_the_ledger(seen: list[str]) -> list[str]:
    """The tables that were changed though the ledger was not; what is kept of pages counts on it (portal.web.kept)."""
    changed = {found[1] for statement in seen if (found := re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", statement))}
    return [] if "audit_entries" in changed else sorted(changed - OF_ONE_PERSON)


@pytest.fixture
def costs(door, forms, sql):
    """(what, status, statements, what the page says) of everything that can be sent."""

    def take(what, who, target, data, **more):
        with door.undone():
            data |= TYPED.get(what, lambda _w: {})(door.world)
            client = door._client(who)
            with sql() as seen:
                answer = client.post(target, data={k: v for k, v in data.items() if v is not None}, **more)
        said = "" if answer.status_code in (302, 303) else f"{answer.status_code} {sentence(answer.text)}"
        return what, answer.status_code, seen, said

    taken = [
        take(name_of(endpoint, form), who, form.target, filled(form), **({"content_type": "multipart/form-data"} if form.many else {}))
        for who, _path, endpoint, form in forms
    ]  # fmt: skip
    return taken + [take(*sent) for sent in without_a_form(door.world)]


def test_what_every_form_costs_when_it_is_taken(door, costs):
    most: dict[str, int] = {}
    wrong = []
    for what, status, seen, said in costs:
        if status not in (302, 303) and what not in ANSWERS_WITH_A_PAGE:
            wrong.append(f"{what} was not taken: {said}")
        if len(seen) > (allowed := MORE.get(what, (BUDGET, ""))[0]):
            wrong.append(f"{what} sends {len(seen)} statements instead of {allowed}:\n    " + "\n    ".join(seen))
        if (silent := without_the_ledger(seen)) and what != "proposals.autosave":  # a draft, which is its author's
            wrong.append(f"{what} changes {silent} and writes nothing to the ledger")
        most[what] = max(most.get(what, 0), len(seen))
    wrong += [f"{what} need not be in MORE" for what in MORE if most.get(what, 0) <= BUDGET]
    doors = {rule.endpoint for rule in rules(door.app) if "POST" in rule.methods}
    wrong += [
        f"{endpoint} is not counted" for endpoint in doors - {what.split()[0] for what in most} - {"accounts.demo"}
    ]
    assert not wrong, "\n".join(wrong)
