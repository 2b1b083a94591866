"""Nobody reads what is not his: private words, hidden words, and what the portal knows about a person."""

import io
import json
import logging

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from portal import db, files
from tests.hostile.answers import sentence
from tests.hostile.test_addresses import addresses, rules
from tests.hostile.world import HIDDEN, OWN, PERSONAL

OUTSIDERS = ("guest", "stranger")
SEARCHES = ["?q=暗号", "?q=" + OWN, "?q=" + HIDDEN, "?q=13900008888", "?show=all", ""]


def every_page(door):
    for rule in rules(door.app):
        if "GET" in rule.methods and not rule.rule.startswith(("/static", "/photos", "/gallery")):
            yield from addresses(rule, door.world)[:30]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_page_shows_what_is_private_to_somebody_else(door, who, caplog):
    caplog.set_level(logging.DEBUG)
    found = []
    pages = [
        *every_page(door),
        *("/search" + q for q in SEARCHES),
        *("/proposals/" + q for q in SEARCHES),
        *("/cases/" + q for q in SEARCHES),
        *("/places/choose" + q for q in SEARCHES),
    ]
    for path in pages:
        asked = path.partition("q=")[2]
        text = door.page(who, path)[2].replace(asked, "") if asked else door.page(who, path)[2]
        text += (
            json.dumps(json.loads(text), ensure_ascii=False) if path.endswith(".json") and text.startswith("{") else ""
        )
        found += [f"{path}: {marker}" for marker in (*PERSONAL, OWN, HIDDEN) if marker in text]
    assert not found, "\n".join(found[:40])
    assert not [r.getMessage() for r in caplog.records if any(m in r.getMessage() for m in (*PERSONAL, OWN))]


@pytest.mark.parametrize("who", ["lead", "unit_officer"])
def test_no_page_shows_who_somebody_is_to_people_without_that_desk(door, who):
    """Neighbours, organisers, team leads and the case desks know a display name, nothing more."""
    found = [
        f"{path}: {marker}" for path in every_page(door) for marker in PERSONAL if marker in door.page(who, path)[2]
    ]
    assert not found, "\n".join(found[:40])


def private_things(w):
    p, comments, patrols = w.proposals, w.comments, w.patrols
    for state in ("draft", "submitted", "returned", "refused", "withdrawn_draft"):
        for tail in (
            "",
            "/draft",
            "/check",
            "/edit",
            "/sent",
            "/versions",
            "/trace",
            "/trace.json",
            "/withdrawal",
            "/place",
        ):
            yield f"/proposals/{p[state].id}{tail}"
    for name in ("hidden",):
        yield from (f"/proposals/{p[name].id}{tail}" for tail in ("/versions", "/trace", "/trace.json"))
    for name in ("waiting", "returned", "withdrawn"):
        yield from (f"/comments/{comments[name].id}{tail}" for tail in ("/edit", "/versions"))
    for name in ("running", "submitted", "returned"):
        yield from (f"/patrols/{patrols[name].id}{tail}" for tail in ("", "/end", "/findings/new"))
    yield from (f"/staff/{desk}" for desk in ("", "cases", "proposals", "residents", "review", "roles", "categories"))
    yield from (
        f"/staff/residents/{w.wish.id}",
        f"/staff/residents/people/{w.people['owner'].id}",
        f"/staff/proposals/{p['submitted'].id}",
        f"/staff/cases/{w.cases['filed'].number}",
    )
    yield f"/invitations/{w.invitation.id}"
    yield from (f"/spaces/{w.space.id}/{tail}" for tail in ("edit", "invitations", "rules/edit"))


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_private_thing_is_refused_with_a_sentence_and_without_its_words(door, who):
    wrong = []
    for path in private_things(door.world):
        answer = door.ask(who, path)
        if answer.status_code == 302:
            if who != "guest" or not answer.location.startswith("/sign-in?next="):
                wrong.append(f"{path}: led to {answer.location}")
        elif answer.status_code not in (401, 403, 404):
            wrong.append(f"{path}: {answer.status_code}")
        elif answer.mimetype == "text/html" and not sentence(answer.text):
            wrong.append(f"{path}: no sentence")
        if any(marker in answer.text for marker in (OWN, HIDDEN, *PERSONAL)):
            wrong.append(f"{path}: shows it")
    assert not wrong, "\n".join(wrong)


def test_nobody_changes_what_is_not_his(door):
    """A stranger's POST to other people's things: refused, and nothing is different afterwards."""
    w, wrong = door.world, []
    p = w.proposals
    for path, data in (
        *((f"/proposals/{p[state].id}/{verb}", {"title": "别人改的题目", "where": "x", "body": "别人的话", "theme": "traffic", "why": "x", "material": "no"})
          for state in ("draft", "returned", "gathering") for verb in ("draft", "draft/text", "submission", "withdrawal", "edit")),
        (f"/proposals/{p['draft'].id}/photos/{w.photos[1].id}/removal", {}), (f"/comments/{w.comments['owners'].id}/edit", {"body": "别人的话"}),
        (f"/comments/{w.comments['owners'].id}/withdrawal", {}), (f"/patrols/{w.patrols['running'].id}/moves", {"action": "withdraw"}),
        (f"/patrols/{w.patrols['submitted'].id}/moves", {"action": "confirm"}), (f"/patrols/{w.patrols['running'].id}/end", {"note": "x"}),
        (f"/findings/{w.loose_finding.id}/removals", {}), (f"/findings/{w.loose_finding.id}/proposals", {}), (f"/findings/{w.loose_finding.id}/cases", {}),
        (f"/invitations/{w.invitation.id}/answers", {"answer": "yes", "accept": "1"}), (f"/team-applications/{w.application.id}/answers", {"answer": "accept"}),
        (f"/notifications/{w.notices[0].id}/readings", {}), (f"/cases/{w.cases['reported'].number}/withdrawal", {"reason": "x"}),
        (f"/cases/{w.cases['closed'].number}/ratings", {"rating": "satisfied"}), (f"/staff/residents/{w.wish.id}", {"action": "approve", "level": "3"}),
        (f"/ballots/{w.ballots[0].id}/votes", {"choice": "for"}), (f"/spaces/{w.space.id}/moves", {"action": "close"}),
        (f"/topics/{w.topic.id}/closures", {}), (f"/threads/{w.hidden_topic.thread_id}/comments", {"body": "还能说吗"}),
    ):  # fmt: skip
        with door.undone():
            before = _written()
            db.Session.remove()
            answer = door._client("stranger").post(path, data=data)
            db.Session.remove()
            changed = _written() != before
        if answer.status_code not in (401, 403, 404, 409, 422) or changed or OWN in answer.text:
            wrong.append(
                f"{path}: {answer.status_code}{', changed' if changed else ''}{', shows it' if OWN in answer.text else ''}"
            )
    assert not wrong, "\n".join(wrong)


def _written() -> list[int]:
    """How much there is of everything that a change leaves behind: the ledger and the events."""
    from sqlalchemy import func, select

    from portal.audit.models import Entry
    from portal.outbox.models import Message

    return [db.Session().scalar(select(func.count()).select_from(table)) for table in (Entry, Message)]


def test_a_hidden_conversation_is_not_given_out_in_parts(door):
    """htmx asks for the conversation alone: what hides the topic hides its talk."""
    path = f"/threads/{door.world.hidden_topic.thread_id}/comments"
    for data in ({}, {"body": "在吗"}):
        answer = door.ask("stranger", path, "POST", data=data, headers={"HX-Request": "true"})
        assert HIDDEN not in answer.text


def with_place() -> bytes:
    exif = Image.Exif()
    exif[Base.Make] = "SecretPhone"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (39.0, 56.0, 12.0)
    out = io.BytesIO()
    Image.new("RGB", (640, 400), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_photo_that_is_given_out_does_not_tell_where_it_was_taken(door):
    draft = door.world.proposals["draft"].id
    with door.undone():
        client = door._client("owner")
        sent = {"title": "题目在这里", "draft": "1", "photos": (io.BytesIO(with_place()), "a.jpg")}
        assert (
            client.post(f"/proposals/{draft}/draft", data=sent, content_type="multipart/form-data").status_code == 303
        )
        newest = files.photos_of(db.Session(), "proposal", [draft])[draft][-1]
        for width in newest.widths:
            data = client.get(newest.path(width)).data
            assert data[:2] == b"\xff\xd8"
            assert b"SecretPhone" not in data
            assert b"Exif" not in data
