"""The thread of a matter: whole, with its loops, verifiable, and silent about who seconded or voted."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import audit, clock, db, links, outbox
from portal.ballots import service as ballots
from portal.cases import service as cases
from portal.clock import utcnow
from portal.policy import Level, Role
from portal.proposals import service
from portal.proposals.models import Proposal
from portal.proposals.service import notice, ratings
from portal.spaces.models import Topic
from portal.spaces.rules import RuleSet
from portal.trace import words
from portal.trace.service import build
from tests.factories import save

QUICK = RuleSet(seconds_needed=2, deliberation_days=0, ballot_days=1, publicity_days=0, quorum_share=0)


def stations(session, p, now=None):
    return build(session, session.get(Proposal, p.id, populate_existing=True), now or utcnow())


def shape(session, p):
    return [(s.key, s.status) for s in stations(session, p)]


def proposed(make, author=None, rules=QUICK):
    author, space = author or make.user(), make.space(rules=rules)
    p = service.save_draft(
        author, space_id=space.id, title="西街口设停车架", body="早晚停满车。", theme="traffic", where="西街口"
    )
    return service.submit(author, p.id)


def run_ballot(p, *voters):
    ballots.open_due(utcnow())
    ident = db.Session().get(Proposal, p.id, populate_existing=True).ballot_id
    for voter in voters:
        ballots.vote(voter, ident, "for")
    with clock.travel(days=2):
        ballots.close_due(utcnow())
    return ident


def test_what_comes_next_is_told_from_the_first_day(make, session):
    p = proposed(make)
    assert shape(session, p) == [
        ("proposal", "now"), ("seconds", "todo"), ("ballot", "todo"), ("publicity", "todo"), ("decision", "todo"), ("case", "todo"),
        ("done", "todo"), ("rating", "todo"),
    ]  # fmt: skip
    now = stations(session, p)[0]
    assert "community staff" in str(now.owes)
    assert now.due == p.due_at


def test_when_the_notice_is_over_the_decision_is_owed_and_has_one_date(make, session):
    until = utcnow() + timedelta(days=3)
    p = make.proposal(state="publicity", objections_until=until, due_at=until)
    before = {s.key: s for s in stations(session, p)}
    assert (before["publicity"].status, before["decision"].status) == ("now", "todo")
    assert before["decision"].at == p.due_at + timedelta(days=p.rule_set.answer_days)
    notice.end_notice(p.id, until)
    after = {s.key: s for s in stations(session, p, until)}
    assert (after["publicity"].status, after["publicity"].until) == ("done", until)
    assert (after["decision"].status, after["decision"].due) == ("now", before["decision"].at)
    assert after["decision"].owes


def test_a_notice_ends_when_it_was_over_and_not_when_the_answer_came(make, session):
    staff, people = make.staff(), [make.user() for _ in range(2)]
    p = proposed(make, rules=replace(QUICK, publicity_days=3))
    service.move(staff, p.id, "pass_review")
    for person in people:
        service.second(person, p.id)
    run_ballot(p, *people)
    with clock.travel(days=7):
        assert notice.end_notice(p.id, utcnow())
    with clock.travel(days=12):
        service.move(staff, p.id, "decline", answer="已在规划中。")
        ended = session.scalars(sa.select(audit.Entry).where(audit.Entry.action == "proposal.end_notice")).one()
        assert {s.key: s.until for s in stations(session, p)}["publicity"] == ended.at < utcnow() - timedelta(days=4)


def test_a_return_stays_on_the_thread_with_its_role_and_without_the_words_meant_for_the_author(make, session):
    author, staff = make.user(), make.staff()
    p = proposed(make, author)
    service.move(staff, p.id, "return", reason="请分成两件。")
    service.submit(author, p.id)
    found = stations(session, p)
    assert [(s.key, s.status) for s in found[:2]] == [("proposal", "back"), ("proposal", "now")]
    assert "请分成两件。" not in str(found[0].text)  # said to the author alone
    assert str(found[0].actor) == "Step taken by community staff"
    assert "again" in str(found[1].text)


def whole(make):
    """A proposal from a topic to its dispute and the rating after the work was done again."""
    author, staff, people = make.user(), make.staff(Role.MODERATOR), [make.user() for _ in range(3)]
    p = proposed(make, author)
    topic = save(Topic(space_id=p.space_id, author_id=author.id, title="停车怎么办"))
    links.add(db.Session(), ("topic", topic.id), ("proposal", p.id))
    db.Session().commit()
    service.move(staff, p.id, "pass_review")
    for person in people[:2]:
        service.second(person, p.id)
    run_ballot(p, *people)
    with clock.travel(days=3):
        service.move(
            staff,
            p.id,
            "accept",
            how="street_task",
            answer="下月办。",
            responsible="街道",
            promised_at=utcnow() + timedelta(days=9),
        )
        service.move(staff, p.id, "start")
        service.move(staff, p.id, "finish", result="装好了。")
        for person in (author, *people[:2]):
            service.rate(person, p.id, "not_solved")
        service.move(staff, p.id, "finish", result="真装好了。")
        for person in (author, *people[:2]):
            service.rate(person, p.id, "satisfied")
    return p, people


def test_the_whole_way_with_its_loop(make, session):
    p, _ = whole(make)
    assert shape(session, p) == [
        ("talk", "done"), ("proposal", "done"), ("seconds", "done"), ("ballot", "done"), ("publicity", "done"), ("decision", "done"),
        ("handling", "done"), ("done", "done"), ("rating", "back"), ("handling", "done"), ("done", "done"), ("rating", "done"),
    ]  # fmt: skip
    found = {s.key: s for s in reversed(stations(session, p))}
    assert str(found["seconds"].text) == "2 people seconded, 2 needed"
    assert str(found["ballot"].text) == "For 3, against 0, abstained 0"
    assert str(found["rating"].text) == "0 say it is solved, 3 say it is not"


def test_the_json_carries_fingerprints_of_the_ledger_and_nobodys_name(client, make, session):
    p, people = whole(make)
    told = client.get(f"/en/proposals/{p.id}/trace.json")
    assert told.mimetype == "application/json"
    data = told.get_json()
    entries = [e for s in data["stations"] for e in s["entries"]]
    ledger = {e.seq: e.hash for e in session.scalars(sa.select(audit.Entry))}
    assert entries
    assert all(ledger[e["seq"]] == e["hash"] for e in entries)
    assert [e["seq"] for e in entries] == sorted(e["seq"] for e in entries)
    counts = {c["action"]: c["n"] for c in data["counted"]}
    assert (counts["proposal.second"], counts["ballot.vote"]) == (2, 3)
    text = json.dumps(data, ensure_ascii=False)
    assert not any(person.display_name in text or (person.username or "?") in text for person in people)
    assert "actor_id" not in text


def test_votes_stay_hidden_while_voting_is_open(client, make, session):
    p = proposed(make)
    people = [make.user() for _ in range(2)]
    service.move(make.staff(), p.id, "pass_review")
    for person in people:
        service.second(person, p.id)
    ballots.open_due(utcnow())
    ballots.vote(people[0], session.get(Proposal, p.id, populate_existing=True).ballot_id, "for")
    ballot = next(s for s in stations(session, p) if s.key == "ballot")
    assert "have voted" in str(ballot.text)
    assert "For" not in str(ballot.text)


def test_a_case_takes_the_place_of_the_handling_and_shows_its_returns(make, session):
    staff = make.staff(Role.MODERATOR)
    p = make.proposal(state="publicity", objections_until=utcnow() - timedelta(days=1))
    case = cases.accept_with_case(
        staff, p.id, answer="立案办。", promised_at=utcnow() + timedelta(days=20), category_id=make.category().id
    )
    assert [k for k in shape(session, p) if k[0] == "case"] == [("case", "now")]
    with db.transaction() as s:
        audit.record(
            s,
            staff,
            "case.fail_inspection",
            ("case", case.id),
            before="handled",
            after="rework",
            role="inspector",
            public="没修好",
            note="只给同事看",
        )
    found = [s for s in stations(session, p) if s.key == "case"]
    assert [s.status for s in found] == ["back", "now"]
    assert "没修好" in str(found[0].text)
    assert "只给同事看" not in str(found[0].text)
    assert str(found[0].actor) == "Step taken by the inspector"
    assert found[0].evidence[0][1] == f"/cases/{case.number}"


@pytest.mark.parametrize("state", ["lapsed", "failed", "declined", "withdrawn", "merged", "confirmed", "unconfirmed"])
def test_what_has_ended_has_nothing_to_come(make, session, state):
    assert all(s.status != "todo" for s in stations(session, make.proposal(state=state)))


def test_an_imported_proposal_without_a_ledger_still_has_its_thread(make, session):
    author = make.user(level=Level.VISITOR)
    p = make.proposal(
        author=author, state="in_progress", source_ref="x:1", accepted_how="street_task", responsible="Ajuntament"
    )
    found = shape(session, p)
    assert found[0] == ("proposal", "done")
    assert ("handling", "now") in found


def test_the_page_shows_numbers_and_fingerprints_and_how_to_check_them(client, make, session):
    p, people = whole(make)
    page = client.get(f"/en/proposals/{p.id}/trace").text
    entry = session.scalars(sa.select(audit.Entry).where(audit.Entry.action == "proposal.accept")).one()
    assert entry.hash[:12] in page
    assert "Can this be changed afterwards?" in page
    assert people[1].display_name not in page


def test_what_is_not_public_has_no_public_thread(client, make):
    p = proposed(make)
    assert client.get(f"/proposals/{p.id}/trace").status_code == 404
    told = client.get(f"/proposals/{p.id}/trace.json")
    assert (told.status_code, told.mimetype) == (404, "application/problem+json")


def said(session, action):
    return [
        str(words.by(e))
        for e in session.scalars(sa.select(audit.Entry).where(audit.Entry.action == action).order_by(audit.Entry.seq))
    ]


def test_what_follows_from_a_persons_act_is_not_called_a_deadline(make, session):
    whole(make)
    for action in ("proposal.reach", "ballot.open", "ballot.announce", "ballot.tally", "proposal.pass_ballot", "proposal.dispute", "proposal.redo",
                   "proposal.confirm"):  # fmt: skip
        assert said(session, action) == ["follows from the step before"], action
    assert said(session, "ballot.close") == ["the portal, by its deadlines"]
    assert said(session, "ballot.finish") == ["community staff"]


def test_what_a_deadline_does_is_called_so(make, session):
    p = make.proposal(state="done", due_at=utcnow() - timedelta(days=1), seconds_count=9, rating_yes_count=1)
    ratings.close_rating(p.id, utcnow())
    assert said(session, "proposal.confirm") == ["the portal, by its deadlines"]
    p = proposed(
        make, rules=RuleSet(seconds_needed=0, deliberation_days=0, notice_days=3, ballot_days=1, quorum_share=0)
    )
    service.move(make.staff(Role.MODERATOR), p.id, "pass_review")
    with clock.travel(days=5):
        ballots.open_due(utcnow())
    assert said(session, "ballot.announce") == ["community staff"]
    assert said(session, "ballot.open") == ["the portal, by its deadlines"]


def test_a_case_is_reported_in_the_role_of_whoever_answered_and_its_end_ends_the_proposal(make, session):
    staff, p = (
        make.staff(Role.MODERATOR),
        make.proposal(state="publicity", objections_until=utcnow() - timedelta(days=1)),
    )
    case = cases.accept_with_case(
        staff, p.id, answer="立案办。", promised_at=utcnow() + timedelta(days=20), category_id=make.category().id
    )
    assert said(session, "case.report") == ["community staff"]
    unit = make.unit()
    case.state, case.lead_unit_id = "inspecting", unit.id
    save(case)
    cases.move(make.staff(Role.SHIFT_SUPERVISOR), case.id, "close", summary="修好了", public_note="修好了")
    assert said(session, "proposal.start") == said(session, "proposal.finish") == ["follows from the step before"]
    done = next(s for s in stations(session, p) if s.key == "done")
    assert str(done.actor) == "Follows from the step before"


def test_the_steps_are_listed_in_the_order_of_their_numbers_whatever_they_are_about(client, make):
    author, staff = make.user(), make.staff(Role.MODERATOR)
    p = make.proposal(author, state="publicity", objections_until=utcnow() - timedelta(days=1))
    case = cases.accept_with_case(
        staff, p.id, answer="立案办。", promised_at=utcnow() + timedelta(days=20), category_id=make.category().id
    )
    case.state, case.lead_unit_id = "inspecting", make.unit().id
    save(case)
    cases.move(make.staff(Role.SHIFT_SUPERVISOR), case.id, "close", summary="修好了", public_note="修好了")
    service.rate(author, p.id, "not_solved")
    outbox.sweep(grace=timedelta(0))
    numbers = [int(n) for n in re.findall(r'class="num">(\d+)</td>', client.get(f"/proposals/{p.id}/trace").text)]
    assert len(numbers) > 3
    assert numbers == sorted(numbers)


def test_what_is_promised_about_fingerprints_holds(client, make, session):
    p, _ = whole(make)
    data = client.get(f"/en/proposals/{p.id}/trace.json").get_json()
    assert "Nobody else can" in data["ledger"]["verify"]
    entries = {e["seq"]: e for s in data["stations"] for e in s["entries"]}
    neighbours = [(e, entries[n - 1]) for n, e in entries.items() if n - 1 in entries]
    assert neighbours
    assert all(e["prev_hash"] == before["hash"] for e, before in neighbours)
    page = client.get(f"/en/proposals/{p.id}/trace").text
    assert "Not unnoticed." in page
    assert "Only whoever runs this site" in page


@pytest.mark.parametrize(
    "state", ["reported", "accepted", "filed", "in_handling", "suspended", "handled", "inspecting"]
)
def test_the_thread_says_by_when_the_step_is_owed_that_its_case_waits_for(client, make, session, state):
    p = make.proposal(state="publicity", objections_until=utcnow() - timedelta(days=1))
    case = cases.accept_with_case(
        make.staff(Role.MODERATOR), p.id, answer="立案办。", promised_at=utcnow() + timedelta(days=20), category_id=make.category().id
    )  # fmt: skip
    case.state, case.lead_unit_id, case.due_at = state, make.unit().id, utcnow() + timedelta(days=4)
    case.stopped_at, case.review_at = utcnow(), utcnow() + timedelta(days=9)
    save(case)
    owed = case.due_next.astimezone(clock.BEIJING).isoformat(timespec="seconds") if case.due_next else None
    told = client.get(f"/en/proposals/{p.id}/trace.json").get_json()["stations"]
    assert [s["due"] for s in told if s["station"] == "case"] == [owed]
    page = client.get(f"/en/proposals/{p.id}/trace").text
    assert ("Now with: the" in page) or state == "in_handling"
    assert (f'(until <time datetime="{owed}"' in page) is (owed is not None)
    assert (state in ("handled", "inspecting")) is (owed is None)
