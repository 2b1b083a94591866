"""Every form that any page shows to anybody, filled with what nobody should send. New forms are attacked as they come."""

import io
import re
from html import unescape

import pytest

from tests.hostile.answers import complaint
from tests.hostile.pages import TYPED, as_filled
from tests.hostile.test_addresses import addresses, rules

LONG, HUGE = "长" * 10_000, "x" * 1_000_000
NASTY = {
    "long": LONG, "nul": "a\x00b", "control": "a\x01\x1b[31m\x7fb\u202e\u2066", "line ends": "a\r\nb\rc\u2028d", "emoji": "😀\U000e0001👨‍👩‍👧", "private use": "\ue000\U0010ffff",
    "markup": "<script>alert(1)</script>{{7*7}}{% raw %}", "word": "abc", "science": "1e9", "wide digits": "９９", "minus": "-1", "huge number": "9" * 40, "over": str(2**31),
    "no day": "2026-02-30", "far day": "99999-01-01", "no minute": "2026-11-24T25:61", "nothing": "", "blank": " \u3000\t", "quote": "'; DROP TABLE users; --", "percent": "%s%n%(x)s{0}",
}  # fmt: skip
FOR_EVERY_FORM = ("long", "nul", "control", "word", "huge number", "far day", "nothing", "markup")
ENDPOINTS_WITHOUT_A_FORM = {
    "ballots.vote": "its page follows a choice; tried below", "staff.proposals_answer": "its page follows a check; tried below",
    "proposals.autosave": "sent by the page's script while one types", "accounts.demo": "only where there are demo accounts",
}  # fmt: skip
TYPED_ANEW = {"code"}  # a one-time code belongs to one try


def send(door, who, form, data, **more):
    return door.ask(
        who, form.target, "POST", data=data, **({"content_type": "multipart/form-data"} if form.many else {}), **more
    )


def told(wrong: list[str]) -> None:
    assert not wrong, f"{len(wrong)} wrong answers:\n" + "\n".join(wrong[:60])


def test_every_door_that_takes_a_form_has_one_on_a_page(door, forms):
    """So that nothing below is tried on less than everything."""
    posts = {rule.endpoint for rule in rules(door.app) if "POST" in rule.methods}
    missing = posts - {endpoint for _who, _path, endpoint, _form in forms} - set(ENDPOINTS_WITHOUT_A_FORM)
    assert not missing, f"no page of this town has a form for {sorted(missing)}"


def test_forms_as_they_stand_are_answered(door, forms):
    wrong = []
    for who, path, endpoint, form in forms:
        answer = send(door, who, form, as_filled(form))
        if said := complaint(answer, form.target):
            wrong.append(f"{who} {endpoint} on {path}: {said}")
    told(wrong)


def test_no_value_in_any_field_breaks_anything(door, forms):
    """In all that a person types, the rest being as it should; and, one kind after the other, in every field at once.

    What no form is spared is sent to each, the other kinds to every third."""
    wrong = []
    for n, (who, path, endpoint, form) in enumerate(forms):
        good = as_filled(form)
        names = {field.name for field in form.fields} - {"csrf_token"}
        typed = {f.name for f in form.fields if f.kind in TYPED}
        for k, (kind, value) in enumerate(NASTY.items()):
            spoilt = (
                [good | {name: [value] for name in typed}]
                if typed and (kind in FOR_EVERY_FORM or (n + k) % 3 == 0)
                else []
            )
            if (n + k) % 4 == 0:
                spoilt.append({name: [value] for name in names})
            for data in spoilt:
                if said := complaint(send(door, who, form, data), form.target):
                    wrong.append(f"{who} {endpoint} on {path}, {kind}: {said}")
    told(wrong)


def test_each_field_alone_may_be_wrong_missing_or_there_twice(door, forms):
    wrong = []
    for n, (who, path, endpoint, form) in enumerate(forms):
        good = as_filled(form)
        typed = {f.name for f in form.fields if f.kind in TYPED}
        good |= {name: good[name] if good.get(name, [""])[0] else ["前海北沿 12 号"] for name in typed}
        for k, name in enumerate(name for name in good if name != "csrf_token"):
            rest = {key: value for key, value in good.items() if key != name}
            ways = (rest, {**rest, name: ["-1", "0"]}), ({**rest, name: [LONG]}, {**rest, f"{name}[]": ["a\x00b"]})
            for data in ways[(n + k) % 2]:
                if said := complaint(send(door, who, form, data), form.target):
                    wrong.append(f"{who} {endpoint} on {path}, {name}={str(data.get(name))[:30]}: {said}")
    told(wrong)


def test_no_select_is_left_empty_unanswered(door, forms):
    wrong, tried = [], 0
    for who, path, endpoint, form in forms:
        for name in {field.name for field in form.fields if field.kind == "select"}:
            tried += 1
            if said := complaint(send(door, who, form, as_filled(form) | {name: [""]}), form.target):
                wrong.append(f"{who} {endpoint} on {path}, {name} empty: {said}")
    assert tried > 10
    told(wrong)


def test_a_megabyte_of_text_is_too_much(door, forms):
    for who, _path, endpoint, form in forms:
        if names := [f.name for f in form.fields if f.kind in TYPED]:
            assert send(door, who, form, {names[0]: HUGE}).status_code == 413, endpoint


def test_broken_letters_and_broken_bodies_are_answered(door, forms):
    """Lone surrogates, half a UTF-8 sequence, another encoding, JSON, half a multipart body."""
    wrong = []
    bodies = [(b"=&&=%ED%A0%80&%ff=%fe&a=%", "application/x-www-form-urlencoded"), (b'{"title": ["a"]}', "application/json"),
              (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"), (b"\x00\xff", "multipart/form-data"),
              ("<a/>".encode("utf-16"), "text/xml; charset=utf-16")]  # fmt: skip
    for who, _path, endpoint, form in forms:
        names = [f.name for f in form.fields]
        bodies[0] = ("&".join(f"{name}=%ED%A0%80a%C3" for name in names).encode(), bodies[0][1])
        for body, kind in bodies:
            answer = door.ask(who, form.target, "POST", data=body, content_type=kind)
            if said := complaint(answer, form.target):
                wrong.append(f"{who} {endpoint}, {kind}: {said}")
    told(wrong)


def test_a_refused_form_keeps_what_was_typed(door, forms):
    """One field is spoilt (too long), everything else that was typed stands there again."""
    wrong, tried = [], 0
    for who, path, endpoint, form in forms:
        typed = [f.name for f in form.fields if f.kind in ("text", "textarea", "search", "tel")]
        for spoilt in typed:
            data = as_filled(form) | {name: [f"旁边的字{n}"] for n, name in enumerate(typed)} | {spoilt: [LONG * 2]}
            answer = send(door, who, form, data)
            if answer.status_code != 422 or "data-failed-page" in answer.text:
                continue
            tried += 1
            again = unescape(answer.text)
            lost = [
                name
                for n, name in enumerate(typed)
                if name != spoilt and name not in TYPED_ANEW and f"旁边的字{n}" not in again
            ]
            if lost:
                wrong.append(f"{who} {endpoint} on {path}: {spoilt} was too long, and {lost} got lost")
    assert tried > 20
    told(wrong)


def test_choices_that_are_not_on_offer_are_refused(door, forms):
    """Hidden fields, selects, radios and buttons with things of other kinds and of other people."""
    wrong = []
    foreign = [str(door.world.ids["user"][-1]), "110101001001", "admin", "approve"]
    for who, path, endpoint, form in forms:
        good = as_filled(form)
        for name in {
            f.name
            for f in form.fields
            if f.kind in ("hidden", "select", "radio", "checkbox", "button") and f.name not in ("csrf_token", "next")
        }:
            for value in foreign:
                if said := complaint(send(door, who, form, {**good, name: [value]}), form.target):
                    wrong.append(f"{who} {endpoint} on {path}, {name}={value}: {said}")
    told(wrong)


def test_what_only_one_engine_minds(either_door, forms):
    """NUL, numbers beyond a column and half of a surrogate pair, in every field of every form, on both engines."""
    wrong = []
    match = either_door.app.url_map.bind("localhost").match
    for rule in rules(either_door.app):
        for path in addresses(rule, either_door.world)[:3] if "POST" in rule.methods else []:
            endpoint = match(path, method="POST")[0]
            names = {f.name for _w, _p, e, form in forms if e == endpoint for f in form.fields} or {"body", "text", "q"}
            for value in ("a\x00b", str(2**31), str(10**20), "长" * 5000, "\U0010ffff"):
                answer = either_door.ask("everything", path, "POST", data=dict.fromkeys(names, value))
                if said := complaint(answer, path):
                    wrong.append(f"{endpoint} {path} {value[:10]!r}: {said}")
    told(wrong)


def test_a_form_without_its_token_changes_nothing(door, forms, monkeypatch):
    """Missing, wrong, somebody else's: a page with a sentence, in either language, before the form is even read."""
    monkeypatch.setitem(door.app.config, "WTF_CSRF_ENABLED", True)
    foreign = re.search(r'name="csrf_token" value="([^"]+)"', door.ask("resident", "/me/name").text).group(1)
    wrong = []
    for who, path, endpoint, form in forms:
        for token in (None, "x" * 10_000, "\x00", foreign):
            data = as_filled(form) | ({"csrf_token": [token]} if token else {})
            if token is None:
                data.pop("csrf_token", None)
            for prefix in ("", "/en"):
                answer = door.ask(who, prefix + form.target, "POST", data=data)
                if answer.status_code != 400 or complaint(answer, prefix + form.target):
                    wrong.append(f"{who} {endpoint} on {path}: {answer.status_code}")
    told(wrong)


def test_a_form_with_its_token_is_taken(door, monkeypatch):
    monkeypatch.setitem(door.app.config, "WTF_CSRF_ENABLED", True)
    with door.undone():
        client = door._client("resident")
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/me/name").text).group(1)
        assert client.post("/me/name", data={"display_name": "新名字", "csrf_token": token}).status_code == 303


def test_a_file_in_a_field_for_words_and_words_in_a_field_for_files(door, forms):
    wrong = []
    for who, path, endpoint, form in forms:
        data = {f.name: (io.BytesIO(b"not words"), "words.txt") if f.kind != "file" else "words" for f in form.fields}
        answer = door.ask(who, form.target, "POST", data=data, content_type="multipart/form-data")
        if said := complaint(answer, form.target):
            wrong.append(f"{who} {endpoint} on {path}: {said}")
    told(wrong)


@pytest.mark.parametrize("choice", [*NASTY.values(), "for\x00", "FOR"])
def test_a_vote_is_one_of_three_words(door, choice):
    ballot = door.world.ballots[0].id
    for path in (f"/ballots/{ballot}/check", f"/ballots/{ballot}/votes"):
        answer = door.ask("resident", path, "POST", data={"choice": choice})
        assert answer.status_code == 422 or choice == "for\x00"
        assert not complaint(answer, path)


def test_an_official_answer_is_about_what_was_seen(door):
    """Whatever is sent for an answer, without what the page showed it is refused."""
    path = f"/staff/proposals/{door.world.proposals['to_answer'].id}/answer"
    for kind, value in NASTY.items():
        names = ("how", "answer", "responsible", "promised", "promised_at", "category_id", "unit_id", "seen")
        answer = door.ask("moderator", path, "POST", data=dict.fromkeys(names, value))
        assert answer.status_code in (409, 413, 422), kind
        assert not complaint(answer, path)
