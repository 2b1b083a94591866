"""The desk of proposals: what waits, each step, the confirm page of the answer, two people at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock, links, outbox
from portal.accounts.models import User
from portal.cases import service as cases
from portal.cases.models import Case
from portal.cases.states import REASONS
from portal.clock import utcnow
from portal.notifications.models import Notification
from portal.policy import Role
from portal.proposals import service as proposals
from portal.proposals.models import Objection, Proposal
from portal.proposals.states import ProposalState
from portal.staff.views.proposals import seen
from tests.factories import save

S = ProposalState


def fresh(session, p) -> Proposal:
    return session.get(Proposal, p.id, populate_existing=True)


def submitted(make, **over):
    return make.proposal(state="submitted", submitted_at=utcnow(), due_at=utcnow() + timedelta(days=5), **over)


def noticed(make, **over):
    past = utcnow() - timedelta(days=1)
    return make.proposal(state="publicity", objections_until=past, due_at=utcnow() + timedelta(days=10), **over)


def test_the_desk_lists_what_waits_the_most_urgent_first(client, make):
    late, soon = submitted(make), submitted(make)
    late.due_at = utcnow() + timedelta(days=9)
    save(late)
    page = client.sign_in(make.staff()).get("/staff/proposals").text
    assert page.index(soon.title) < page.index(late.title)


@pytest.mark.parametrize("show", ["review", "notice", "talk", "work", "rating", "nonsense"])
def test_every_tab_opens(client, make, show):
    assert client.sign_in(make.staff()).get(f"/staff/proposals?show={show}").status_code == 200


def test_the_desk_is_for_people_with_a_role_there(client, make):
    p = submitted(make)
    client.sign_in(make.user())
    assert client.get("/staff/proposals").status_code == 403
    assert client.get(f"/staff/proposals/{p.id}").status_code == 403
    client.sign_in(make.staff(place="110102999"))
    assert client.get(f"/staff/proposals/{p.id}").status_code == 403
    assert client.post(f"/staff/proposals/{p.id}/moves/pass_review", data={"seen": seen(p)}).status_code == 403


def test_a_reviewer_lets_a_proposal_through(client, make, session):
    p = submitted(make)
    client.sign_in(make.staff())
    assert client.get(f"/staff/proposals/{p.id}").status_code == 200
    assert client.post(f"/staff/proposals/{p.id}/moves/pass_review", data={"seen": seen(p)}).status_code == 303
    assert fresh(session, p).state is S.GATHERING


def test_returning_asks_for_a_reason_and_keeps_the_page(client, make, session):
    p = submitted(make)
    client.sign_in(make.staff())
    empty = client.post(f"/en/staff/proposals/{p.id}/moves/return", data={"seen": seen(p), "reason": " "})
    assert empty.status_code == 422
    assert "Give the reason; it is sent as you write it." in empty.text
    assert (
        client.post(
            f"/staff/proposals/{p.id}/moves/return", data={"seen": seen(p), "reason": "请分成两件。"}
        ).status_code
        == 303
    )
    assert fresh(session, p).closing_note == "请分成两件。"


def test_refusing_needs_a_rule_and_words(client, make, session):
    p = submitted(make)
    client.sign_in(make.staff())
    url = f"/staff/proposals/{p.id}/moves/refuse"
    assert client.post(url, data={"seen": seen(p), "why": "请先报警"}).status_code == 422
    assert client.post(url, data={"seen": seen(p), "reason_code": "emergency", "why": "请先报警"}).status_code == 303
    assert (fresh(session, p).state, fresh(session, p).reason_code) == (S.REFUSED, "emergency")


def test_nobody_decides_about_his_own_proposal(client, make, session):
    author = make.staff()
    p = submitted(make, author=author)
    page = client.sign_in(author).get(f"/en/staff/proposals/{p.id}").text
    assert "Nobody decides about his own proposal" in page
    assert "/moves/" not in page
    assert client.post(f"/staff/proposals/{p.id}/moves/pass_review", data={"seen": seen(p)}).status_code == 403


def test_the_second_of_two_people_reads_that_somebody_was_faster(client, make, session):
    p = submitted(make)
    stamp = seen(p)
    client.sign_in(make.staff()).post(f"/staff/proposals/{p.id}/moves/pass_review", data={"seen": stamp})
    late = client.sign_in(make.staff()).post(
        f"/en/staff/proposals/{p.id}/moves/return", data={"seen": stamp, "reason": "不清楚"}
    )
    assert late.status_code == 409
    assert "Somebody was faster" in late.text
    assert fresh(session, p).state is S.GATHERING


def test_a_host_of_the_space_concludes_its_deliberation(client, make, session):
    p = make.proposal(state="deliberating")
    host = make.user()
    make.grant(host, Role.HOST, space=p.space_id)
    client.sign_in(host)
    assert client.get("/staff/proposals").status_code == 200
    assert (
        client.post(f"/staff/proposals/{p.id}/moves/conclude", data={"seen": seen(p), "note": "大家同意。"}).status_code
        == 303
    )
    assert fresh(session, p).state is S.VOTING


def answer(**over):
    day = (clock.today() + timedelta(days=30)).isoformat()
    return {
        "how": "street_task",
        "category_id": "",
        "unit_id": "",
        "responsible": "街道城管办",
        "promised_on": day,
        "answer": "下月装好。",
    } | over


def test_the_answer_is_checked_before_everybody_reads_it(client, make, session):
    p, officer = noticed(make), make.staff()
    client.sign_in(officer)
    check = client.post(f"/en/staff/proposals/{p.id}/answer/check", data=answer(seen=seen(p)))
    assert check.status_code == 303
    for _again in range(2):  # one may come back to it
        assert "Not published yet" in client.get(check.location).text
    assert fresh(session, p).state is S.PUBLICITY
    back = client.get(f"/staff/proposals/{p.id}").text
    assert "下月装好。" in back
    assert "街道城管办" in back
    assert "下月装好。" not in client.sign_in(make.staff()).get(f"/staff/proposals/{p.id}").text
    client.sign_in(officer)
    assert client.post(f"/staff/proposals/{p.id}/answer", data=answer(seen=seen(p))).status_code == 303
    p = fresh(session, p)
    assert (p.state, p.responsible, p.answer) == (S.ACCEPTED, "街道城管办", "下月装好。")
    assert client.get(check.location).status_code == 302


def test_a_case_for_which_nobody_is_named_is_with_the_case_desk(client, make):
    p, category = noticed(make), make.category()
    client.sign_in(make.staff())
    case = answer(seen=seen(p), how="case", responsible="", category_id=str(category.id))
    check = client.post(f"/en/staff/proposals/{p.id}/answer/check", data=case)
    assert "the case desk" in client.get(check.location).text


@pytest.mark.parametrize(("change", "sentence"), [
    ({"promised_on": ""}, "Say by which day it will be done."),
    ({"promised_on": "31.12.2030"}, "Enter a day like"),
    ({"promised_on": "2020-01-01"}, "Promise a day that is still to come"),
    ({"how": ""}, "Choose one of the options."),
    ({"how": "case"}, "Choose the category of the case."),
    ({"responsible": ""}, "Say which unit or who is responsible."),
    ({"answer": ""}, "Write the answer; everybody will read it."),
    ({"unit_id": "77777"}, "Choose one of the options."),
])  # fmt: skip
def test_an_incomplete_answer_says_what_is_missing_and_keeps_the_rest(client, make, change, sentence):
    p = noticed(make)
    page = client.sign_in(make.staff()).post(
        f"/en/staff/proposals/{p.id}/answer/check", data=answer(seen=seen(p), **change)
    )
    assert page.status_code == 422
    assert sentence in page.text


def test_declining_needs_no_day(client, make, session):
    p = noticed(make)
    client.sign_in(make.staff())
    data = answer(seen=seen(p), how="decline", promised_on="", responsible="", answer="没有空间。")
    assert client.post(f"/staff/proposals/{p.id}/answer/check", data=data).status_code == 303
    assert "没有空间。" in client.get(f"/staff/proposals/{p.id}/answer/check").text
    assert client.post(f"/staff/proposals/{p.id}/answer", data=data).status_code == 303
    assert fresh(session, p).state is S.DECLINED


def test_accepting_as_a_case_reports_and_links_it(client, make, session):
    p, category = noticed(make), make.category()
    data = answer(seen=seen(p), how="case", category_id=str(category.id))
    assert client.sign_in(make.staff()).post(f"/staff/proposals/{p.id}/answer", data=data).status_code == 303
    case = session.scalars(sa.select(Case)).one()
    assert links.linked(session, "proposal", p.id)[1] == [("case", case.id)]
    assert f"/cases/{case.number}" in client.get(f"/proposals/{p.id}").text


def test_objections_are_answered_before_the_proposal(client, make, session):
    p = noticed(make, objection_count=1, open_objection_count=1)
    objection = save(Objection(proposal_id=p.id, author_id=make.user().id, body="会吵。"))
    client.sign_in(make.staff())
    page = client.get(f"/en/staff/proposals/{p.id}").text
    assert "Answer every objection first." in page
    assert client.post(f"/en/staff/objections/{objection.id}/answers", data={"answer": ""}).status_code == 422
    assert client.post(f"/staff/objections/{objection.id}/answers", data={"answer": "移开两米。"}).status_code == 303
    assert "移开两米。" in client.get(f"/proposals/{p.id}").text
    assert "/answer/check" in client.get(f"/staff/proposals/{p.id}").text


def test_work_is_begun_and_reported_done(client, make, session):
    p = make.proposal(
        state="accepted", accepted_how="street_task", responsible="街道", promised_at=utcnow() + timedelta(days=3)
    )
    client.sign_in(make.staff())
    assert client.post(f"/staff/proposals/{p.id}/moves/start", data={"seen": seen(p)}).status_code == 303
    p = fresh(session, p)
    assert client.post(f"/staff/proposals/{p.id}/moves/finish", data={"seen": seen(p), "result": ""}).status_code == 422
    assert (
        client.post(f"/staff/proposals/{p.id}/moves/finish", data={"seen": seen(p), "result": "装好了。"}).status_code
        == 303
    )
    assert fresh(session, p).state is S.DONE


@pytest.mark.parametrize("into", ["", "abc", "99999", "9" * 30, "self"])
def test_merging_into_nothing_is_refused_with_a_sentence(client, make, into):
    p = make.proposal(state="gathering")
    into = str(p.id) if into == "self" else into
    answer = client.sign_in(make.staff()).post(
        f"/staff/proposals/{p.id}/moves/merge", data={"seen": seen(p), "into": into}
    )
    assert answer.status_code in (403, 404, 422)


def test_merging_carries_on_in_the_other_one(client, make, session):
    p, other = make.proposal(state="gathering"), make.proposal(state="gathering")
    client.sign_in(make.staff()).post(
        f"/staff/proposals/{p.id}/moves/merge", data={"seen": seen(p), "into": str(other.id)}
    )
    assert (fresh(session, p).state, fresh(session, p).merged_into_id) == (S.MERGED, other.id)


def test_a_vote_is_annulled_with_a_reason(client, make, session):
    p = make.proposal(state="voting")
    p.ballot_id = make.ballot(p, state="open").id
    save(p)
    client.sign_in(make.staff())
    assert client.post(f"/staff/proposals/{p.id}/ballot/annulment", data={"reason": ""}).status_code == 422
    assert client.post(f"/staff/proposals/{p.id}/ballot/annulment", data={"reason": "名单有误。"}).status_code == 303
    assert fresh(session, p).state is S.DELIBERATING


def test_an_unknown_step_is_not_found(client, make):
    p = submitted(make)
    assert (
        client.sign_in(make.staff()).post(f"/staff/proposals/{p.id}/moves/explode", data={"seen": seen(p)}).status_code
        == 404
    )


def test_a_moderator_elsewhere_does_not_see_drafts(client, make):
    assert client.sign_in(make.staff()).get(f"/staff/proposals/{make.proposal(state='draft').id}").status_code == 403


def accepted_as_a_case(client, make, session):
    p, staff = noticed(make), make.staff(Role.MODERATOR)
    data = answer(seen=seen(p), how="case", category_id=str(make.category().id))
    client.sign_in(staff).post(f"/staff/proposals/{p.id}/answer", data=data)
    return fresh(session, p), session.scalars(sa.select(Case).order_by(Case.id.desc())).first(), staff


@pytest.mark.parametrize("how", ["not_accept", "void"])
def test_where_its_case_ended_without_work_the_desk_begins_and_reports_the_work(client, make, session, how):
    p, case, staff = accepted_as_a_case(client, make, session)
    assert "/moves/start" not in client.get(f"/staff/proposals/{p.id}").text
    assert client.post(f"/en/staff/proposals/{p.id}/moves/start", data={"seen": seen(p)}).status_code == 403
    desk = make.staff(Role.ACCEPTOR, Role.SHIFT_SUPERVISOR)
    code = next(str(code) for code in REASONS[how] if code != "duplicate")
    cases.move(desk, case.id, how, reason_code=code, reason="不在本辖区", public_note="请找别处")
    outbox.sweep(grace=timedelta(0))
    waits = sa.select(Notification).where(Notification.kind == "proposal.no_case", Notification.read_at.is_(None))
    told = session.scalars(waits.where(Notification.user_id == staff.id)).one()
    assert (told.url, told.is_task) == (f"/staff/proposals/{p.id}", True)
    page = client.get(f"/en/staff/proposals/{p.id}").text
    assert "No open case carries this proposal any more" in page
    assert client.post(f"/staff/proposals/{p.id}/moves/start", data={"seen": seen(p)}).status_code == 303
    p = fresh(session, p)
    assert (
        client.post(
            f"/staff/proposals/{p.id}/moves/finish", data={"seen": seen(p), "result": "街道自己办了。"}
        ).status_code
        == 303
    )
    outbox.sweep(grace=timedelta(0))
    assert fresh(session, p).state is S.DONE
    assert session.scalars(waits).all() == []


def test_a_dispute_that_no_case_takes_up_is_the_desks(client, make, session):
    p, case, staff = accepted_as_a_case(client, make, session)
    case.state, p.state, p.due_at, p.result = "closed_abnormal", S.DONE, utcnow() + timedelta(days=9), "办不了"
    save(case, p)
    proposals.rate(session.get(User, p.author_id), p.id, "not_solved")
    while outbox.sweep(grace=timedelta(0)):
        pass
    p = fresh(session, p)
    assert (p.state, p.redo_count) == (S.IN_PROGRESS, 1)
    assert (
        session.scalar(
            sa.select(sa.func.count()).where(Notification.kind == "proposal.no_case", Notification.user_id == staff.id)
        )
        == 1
    )
    assert (
        client.post(
            f"/staff/proposals/{p.id}/moves/finish", data={"seen": seen(p), "result": "改由社区办好。"}
        ).status_code
        == 303
    )
    assert fresh(session, p).state is S.DONE
