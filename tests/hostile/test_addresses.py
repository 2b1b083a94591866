"""Every address of the portal, taken from its own map, with impossible and foreign values in it. New routes are swept as they come."""

import re
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest
from werkzeug.routing import IntegerConverter

from tests.hostile.answers import complaint

PORTAL = Path(__file__).resolve().parents[2] / "portal"
ODD = ["0", str(2**31 - 1), str(2**31), str(10**30), "-1", "１２", "1e3", "0x10", "x" * 10_000, "%00", "a%00b", "%0a", "%E2%80%AE", "%F0%9F%98%80", "..%2f..%2fetc",
       "%ff%fe", "%ED%A0%80", "'%20OR%201=1--", "%3Cscript%3E", "~", "%25s", "None"]  # fmt: skip
GARBAGE = ["", "x" * 10_000, "%00", "a%00b", "%0d%0aSet-Cookie:%20a=b", "%E2%80%AE", "%F0%9F%98%80", "%ff%fe", "%ED%A0%80", "-1", "0", str(2**31), str(10**30), "1e9", "９９",
           "2026-02-30", "99999-01-01", "NaN", "%27%20OR%201=1--", "%3Cscript%3Ealert(1)%3C/script%3E", "%25%5F%25", "topic:99", "finding:99999999999", "W10",
           "WzFd", "W251bGwsbnVsbF0", "WyJcdTAwMDAiLDFd", "Wzk5OTk5OTk5OTk5OTk5OTk5OTksMV0", "WyI5OTk5LTEyLTMxVDIzOjU5OjU5LTIzOjU5IiwxXQ",
           "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjU5IiwxXQ"]  # fmt: skip
WHICH = {"id": "proposal", "ident": "team", "space_id": "space", "topic_id": "topic", "comment_id": "comment", "thread_id": "thread", "finding_id": "finding",
         "grant_id": "grant", "user_id": "user", "invitation_id": "invitation", "report_id": "report", "verification_id": "verification",
         "category_id": "category", "photo_id": "photo"}  # fmt: skip
WATCHERS = ("guest", "owner", "resident", "stranger", "newcomer", "volunteer", "lead", "chair", "moderator", "acceptor", "shift_supervisor", "dispatcher",
            "command_lead", "unit_officer", "inspector", "evaluator", "place_admin", "admin")  # fmt: skip


def names_asked() -> list[str]:
    """Every name that the code ever reads from a query string."""
    found = {"after", "before", "next", "page"}
    for path in PORTAL.rglob("*.py"):
        text = path.read_text()
        found |= set(re.findall(r"""request\.(?:args|values)(?:\.get|\.getlist)?[(\[]["'](\w+)["']""", text))
        for form in re.findall(r"class \w+\(Query\):(.*?)(?=\nclass |\Z)", text, re.S):
            found |= set(re.findall(r"^    (\w+) = \w*Field", form, re.M))
    return sorted(found)


def addresses(rule, world, odd=()) -> list[str]:
    """Addresses of a rule: every thing of its kind (and of other kinds), or odd values in one place after the other."""
    parts = list(re.findall(r"<(?:\w+:)?(\w+)>", rule.rule))
    if not parts:
        return [rule.rule]
    real = {name: _real(rule, name, world) for name in parts}
    if not odd:
        longest = max(len(values) for values in real.values())
        ways = [[str(real[name][n % len(real[name])]) for name in parts] for n in range(longest)]
    else:
        ways = [
            [str(value if name == spoilt else real[name][0]) for name in parts] for spoilt, value in product(parts, odd)
        ]
    return [_filled(rule.rule, parts, way) for way in ways]


def _real(rule, name, world) -> list:
    if not isinstance(rule._converters[name], IntegerConverter):
        return world.words[name]
    kind = WHICH.get(name, "")
    for word, of in (("ballots", "ballot"), ("objections", "objection"), ("patrols", "patrol"), ("notifications", "notification"), ("findings", "finding"),
                     ("team-applications", "application")):  # fmt: skip
        if name in ("id", "ident") and rule.rule.startswith((f"/{word}/", f"/staff/{word}/")):
            kind = of
    return [320, 9] if name == "width" else world.ids[kind]


def _filled(rule, parts, values) -> str:
    for name, value in zip(parts, values, strict=True):
        rule = re.sub(rf"<(?:\w+:)?{name}>", lambda _, value=value: value, rule)
    return rule


def rules(app):
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def sweep(door, asked) -> None:
    """Ask all of it, and tell everything that was answered wrongly at once."""
    wrong = []
    for who, method, path, sent in asked:
        answer = door.ask(who, path, method, **sent)
        if said := complaint(answer, path):
            wrong.append(f"{who} {method} {path[:120]} {str(sent)[:80] if sent else ''}: {said}")
    assert not wrong, f"{len(wrong)} wrong answers:\n" + "\n".join(wrong[:60])


def test_no_value_in_an_address_breaks_anything(world, door):
    asked = [(who, method, path, {})
             for who, method, odd in (("everything", "GET", ODD), ("everything", "POST", ODD[::4]), ("guest", "GET", ODD[::5]))
             for rule in rules(door.app) if method in rule.methods for path in addresses(rule, world, odd)]  # fmt: skip
    assert len(asked) > 1000
    sweep(door, asked)


def test_numbers_and_letters_that_only_one_engine_minds(either_door):
    odd = [str(2**31 - 1), str(2**31), "a%00b", "%ED%A0%80", "%F0%9F%98%80"]
    paths = [
        path
        for rule in rules(either_door.app)
        if "GET" in rule.methods
        for path in addresses(rule, either_door.world, odd)
    ]
    sweep(either_door, [("everything", "GET", path, {}) for path in paths])


@pytest.mark.parametrize("who", WATCHERS)
def test_everybody_gets_a_page_or_a_sentence_everywhere(world, door, who):
    """Whatever there is, whosever it is: with an empty form as well. Staff share the many things out among them."""
    step = 1 if who in ("guest", "resident", "moderator") else 4
    asked = [(who, method, path, {}) for rule in rules(door.app) for method in sorted(rule.methods & {"GET", "POST"})
             for path in addresses(rule, world)[WATCHERS.index(who) % step:30 if method == "GET" else 4:step]]  # fmt: skip
    sweep(door, asked)


def test_no_question_in_an_address_breaks_anything(world, door):
    names = names_asked()
    assert {"q", "after", "before", "next", "place", "theme", "sort", "desk"} <= set(names)
    pages = [
        addresses(rule, world)[0]
        for rule in rules(door.app)
        if "GET" in rule.methods and not rule.rule.startswith("/static")
    ]
    asked = []
    for n, page in enumerate(pages):
        for k in range(n, n + 8):  # another value in every name each time
            said = [(name, GARBAGE[(i + k) % len(GARBAGE)]) for i, name in enumerate(names)]
            asked.append(("everything", "GET", f"{page}?" + "&".join(f"{name}={value}" for name, value in said), {}))
        asked.append(("guest", "GET", f"/en{page}?" + "&".join(f"{name}={value}&{name}=2" for name, value in said), {}))
    sweep(door, asked)


def test_questions_that_only_one_engine_minds(either_door):
    names = names_asked()
    pages = [
        addresses(rule, either_door.world)[0]
        for rule in rules(either_door.app)
        if "GET" in rule.methods and not rule.rule.startswith("/static")
    ]
    values = [
        "a%00b",
        "%ED%A0%80",
        str(10**30),
        "%F0%9F%98%80",
        "WyJcdTAwMDAiLDFd",
        "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjU5IiwxXQ",
    ]
    sweep(
        either_door,
        [("everything", "GET", f"{page}?" + "&".join(f"{n}={v}" for n in names), {}) for page in pages for v in values],
    )


def test_a_question_for_other_peoples_things_by_name_or_number(world, door):
    """`?place=`, `?space=`, `?team=`, `?from=`, `?kind=&id=` … of things that are hidden, private, or of another kind."""
    pages = [rule.rule for rule in rules(door.app) if "GET" in rule.methods and not rule.arguments]
    numbers = sorted(
        {ident for kind in ("proposal", "space", "team", "patrol", "finding", "user") for ident in world.ids[kind][:2]}
    )
    asked = []
    for page, n in product(pages, numbers):
        asked.append(
            (
                "resident",
                "GET",
                f"{page}?id={n}&space={n}&team={n}&user={n}&place={n}&case={n}&category={n}&theme={n}",
                {},
            )
        )
    for kind, ids in world.ids.items():
        asked += [
            (who, "GET", f"{page}?kind={kind}&id={ids[-1]}&from={kind}:{ids[-1]}&next=/", {})
            for page in pages
            for who in ("guest", "stranger")
        ]
    asked += [
        ("guest", "GET", f"{page}?place={code}&place_code={quote(code)}", {})
        for page in pages
        for code in world.words["code"]
    ]
    sweep(door, asked)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_other_verbs_are_answered(world, door, method):
    wrong = []
    for rule in rules(door.app):
        path = addresses(rule, world)[0]
        answer = door.ask("everything", path, method)
        if answer.status_code >= 500 or (method not in ("HEAD", "OPTIONS") and answer.status_code != 405):
            wrong.append(f"{method} {path}: {answer.status_code}")
        if method == "HEAD" and answer.data:
            wrong.append(f"HEAD {path}: has a body")
    assert not wrong, "\n".join(wrong)


def test_a_hidden_field_does_not_change_the_verb(world, door):
    path = f"/proposals/{world.proposals['gathering'].id}"
    for sent in ({"headers": {"X-HTTP-Method-Override": "DELETE"}}, {"data": {"_method": "DELETE"}}):
        assert door.ask("owner", path, "POST", **sent).status_code == 405
