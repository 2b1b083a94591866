"""A case and the proposal or finding it came from follow each other."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import files, links
from portal.cases import jobs, service
from portal.cases.models import Case
from portal.cases.states import CaseSource
from portal.cases.states import CaseState as S
from portal.clock import utcnow
from portal.errors import Conflict, Refused
from portal.patrols.models import Finding, Outcome
from portal.policy import Role
from portal.proposals import service as proposals
from portal.proposals.events import ProposalMoved
from portal.proposals.states import AcceptedHow
from portal.proposals.states import ProposalState as P
from tests.cases import scenes


@pytest.fixture
def s(session):
    return scenes.staff()


def accepted(s, make):
    proposal = make.proposal(
        state="publicity", objections_until=utcnow() - timedelta(days=1), category_id=s.category.id
    )
    case = service.accept_with_case(
        s.moderator,
        proposal.id,
        answer="采纳，立案办理。",
        promised_at=utcnow() + timedelta(days=30),
        category_id=s.category.id,
    )
    return proposal, case


@pytest.fixture
def chain(session, s, make):
    s.moderator = make.staff(Role.MODERATOR)
    return accepted(s, make)


def walk(s, case, *, until="close"):
    steps = scenes.straight(s)
    for action, (who, given) in steps.items():
        if action not in ("ask_verification", "verify"):
            service.move(who, case.id, action, **given)
        if action == until:
            return


def test_a_proposal_is_accepted_and_its_case_reported_in_one_step(session, chain):
    proposal, case = chain
    assert (proposal.state, proposal.accepted_how, case.state, case.source) == (
        P.ACCEPTED,
        AcceptedHow.CASE,
        S.REPORTED,
        CaseSource.PROPOSAL,
    )
    assert case.reporter_id == proposal.author_id
    assert links.linked(session, "case", case.id) == ([("proposal", proposal.id)], [])


def test_neither_happens_when_one_is_refused(session, s, make):
    s.moderator = make.staff(Role.MODERATOR)
    proposal = make.proposal(state="publicity", objections_until=utcnow() - timedelta(days=1))
    s.category.retired = True
    session.commit()
    with pytest.raises(Exception, match="list"):
        service.accept_with_case(
            s.moderator,
            proposal.id,
            answer="采纳",
            promised_at=utcnow() + timedelta(days=30),
            category_id=s.category.id,
        )
    session.refresh(proposal)
    assert proposal.state is P.PUBLICITY
    assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0


def test_the_proposal_starts_on_dispatch_and_is_done_when_the_case_is_closed(session, s, chain):
    proposal, case = chain
    walk(s, case, until="dispatch")
    session.refresh(proposal)
    assert proposal.state is P.IN_PROGRESS
    for action in ("sign", "report_handled", "pass_inspection", "close"):
        who, given = scenes.straight(s)[action]
        service.move(who, case.id, action, **given)
    session.refresh(proposal)
    assert (proposal.state, proposal.result) == (P.DONE, "已清运")


def test_a_proposal_with_two_cases_is_done_when_both_are(session, s, chain):
    proposal, first = chain
    second = service.report(s.moderator, title="另一半", description="", category_id=s.category.id, place_code=proposal.place_code,
                            source=CaseSource.PROPOSAL, led_from=("proposal", proposal.id))  # fmt: skip
    walk(s, first)
    session.refresh(proposal)
    assert proposal.state is P.IN_PROGRESS
    walk(s, second)
    session.refresh(proposal)
    assert proposal.state is P.DONE


def test_an_abnormal_closing_still_answers_the_proposal(session, s, chain):
    proposal, case = chain
    walk(s, case, until="file")
    service.move(s.command, case.id, "close_abnormal", reason_code="ownership_dispute", reason="产权未明")
    session.refresh(proposal)
    assert (proposal.state, proposal.result) == (P.DONE, "产权未明")


def test_a_disputed_proposal_reopens_its_case_once(session, s, chain):
    proposal, case = chain
    walk(s, case)
    event = ProposalMoved(proposal.id, "redo", None)
    for _ in range(2):
        jobs.do_again(session, event)
    session.refresh(case)
    assert (case.state, case.reopen_count) == (S.REWORK, 1)
    jobs.do_again(session, ProposalMoved(proposal.id, "confirm", None))
    assert case.state is S.REWORK


def test_the_author_does_not_withdraw_or_rate_the_case_of_a_proposal(session, s, make, chain):
    proposal, case = chain
    author = session.get_one(type(s.resident), proposal.author_id)
    with pytest.raises(Refused, match="proposal"):
        service.move(author, case.id, "withdraw")
    walk(s, case)
    with pytest.raises(Refused, match="proposal"):
        service.rate(author, case.id, "satisfied")


def test_a_finding_becomes_a_case_in_one_step(session, make):
    category = make.category(identifier="wall_opening")
    make.category(identifier="other_matter")
    patrol = make.patrol(state="submitted")
    finding = make.finding(patrol, item=2)
    walker = session.get_one(type(make.user()), patrol.volunteer_id)
    files.attach_photos(session, walker, ("finding", finding.id), [scenes.photo()])
    session.commit()
    case = service.from_finding(walker, finding.id)
    assert (case.category_id, case.source, case.place_code, case.where) == (
        category.id,
        CaseSource.PATROL,
        patrol.place_code,
        finding.where,
    )
    assert len(files.photos_of(session, "case", [case.id])[case.id]) == 1
    session.refresh(finding)
    assert finding.outcome is Outcome.REPORTED
    assert links.linked(session, "finding", finding.id)[1] == [("case", case.id)]
    with pytest.raises(Conflict):
        service.from_finding(walker, finding.id)


def test_a_stranger_does_not_report_a_finding(session, make):
    make.category(identifier="other_matter")
    finding = make.finding(make.patrol(state="submitted"))
    with pytest.raises(Refused):
        service.from_finding(make.user(), finding.id)
    assert session.get_one(Finding, finding.id).outcome is Outcome.OPEN


def test_proposals_are_moved_only_by_the_system(session, s, chain):
    proposal, _ = chain
    with pytest.raises(Refused):
        proposals.move(s.officer, proposal.id, "start")


def test_both_pages_say_which_date_was_promised_and_which_is_the_limit(client, session, s, chain):
    proposal, case = chain
    proposal.plan_html = "<p>在西街口设两组停车架。</p>"
    session.commit()
    walk(s, case, until="dispatch")
    official, asked = client.get(f"/en/cases/{case.number}").text, client.get(f"/en/proposals/{proposal.id}").text
    assert "在西街口设两组停车架。" in official
    for page, limit in ((official, "Handling limit"), (asked, "Next step of the case by")):
        assert "Promised in the answer" in page
        assert limit in page
        assert "Promised date" not in page
