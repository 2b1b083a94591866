"""What waits at the desks."""

import re
from datetime import timedelta

from portal.accounts.models import Verification
from portal.cases.states import CaseSource
from portal.clock import utcnow
from portal.conversations.models import CommentState
from portal.moderation.models import Report, Reporter
from portal.policy import Role
from portal.proposals.models import AcceptedHow
from tests.factories import COMMUNITY, save


def numbers(page: str) -> dict[str, int]:
    """Desk → how many wait there, as the page says."""
    return {
        label: int(n)
        for label, n in re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a></th><td[^>]*>(\d+)</td>', page)
    }


def test_residents_have_no_desk(client, make):
    assert client.sign_in(make.user()).get("/staff/").status_code == 403


def test_an_empty_desk_says_so(client, make):
    page = client.sign_in(make.staff(Role.MODERATOR)).get("/en/staff/").text
    assert "Nothing waits for you" in page


def test_every_desk_counts_what_waits_for_this_person_there(client, make):
    moderator, elsewhere = make.staff(Role.MODERATOR), make.staff(Role.MODERATOR, place="110101")
    make.proposal(state="submitted", due_at=utcnow())
    make.proposal(moderator, state="submitted", due_at=utcnow())  # his own: somebody else reviews it
    make.proposal(state="publicity", due_at=utcnow(), objections_until=utcnow() - timedelta(days=1))
    make.proposal(state="publicity", objections_until=utcnow() + timedelta(days=1))
    make.proposal(state="in_progress", accepted_how=AcceptedHow.STREET_TASK)
    make.proposal(state="in_progress", accepted_how=AcceptedHow.CASE)
    make.comment(state=CommentState.WAITING)
    make.comment(state=CommentState.WAITING, hidden_at=utcnow(), hidden_reason="abuse")
    save(Report(subject_kind="comment", subject_id=1, place_code=COMMUNITY, reasons={}))
    his = save(Report(subject_kind="comment", subject_id=2, place_code=COMMUNITY, reasons={}))
    save(Reporter(report_id=his.id, user_id=moderator.id, reason="abuse"))  # a colleague decides what he reported
    save(Verification(user_id=make.user().id, place_code=COMMUNITY, real_name="王小明"))
    save(Verification(user_id=moderator.id, place_code=COMMUNITY, real_name="李小明"))  # and who he is
    page = client.sign_in(moderator).get("/en/staff/").text
    assert numbers(page) == {
        "Proposals to review": 1, "Proposals to answer": 1, "Promised work under way": 2, "Comments to look at": 1,
        "Reports by readers": 1, "Residents to verify": 1,
    }  # fmt: skip
    assert 'Proposals <span class="num">2</span>' in page  # the tabs say the same
    assert 'Review <span class="num">2</span>' in page  # words only: proposals have a tab of their own
    assert 'Residents <span class="num">1</span>' in page
    assert "王" not in page
    assert "Nothing waits for you" in client.sign_in(elsewhere).get("/en/staff/").text


def test_cases_wait_at_the_desk_whose_turn_it_is(client, make):
    unit = make.unit()
    officer = make.staff(Role.UNIT_OFFICER, unit=unit)
    acceptor = make.staff(Role.ACCEPTOR)
    make.case(state="reported")
    make.case(state="dispatched", lead_unit_id=unit.id, source=CaseSource.PATROL, due_at=utcnow() - timedelta(hours=3))
    make.case(state="dispatched", lead_unit_id=make.unit().id)
    assert numbers(client.sign_in(acceptor).get("/en/staff/").text)["Cases to take in"] == 1
    page = client.sign_in(officer).get("/en/staff/").text
    assert numbers(page) == {"Cases with my unit": 1}
    assert "Overdue" in page
