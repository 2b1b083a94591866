"""Reports, decisions by somebody else, hiding and showing again."""

import threading

import pytest
import sqlalchemy as sa

from portal import audit, db, outbox
from portal.conversations import queries as conversations
from portal.conversations.models import Comment
from portal.errors import Conflict, Invalid, NotFound, PortalError, Refused
from portal.moderation import service
from portal.moderation.models import HideReason, Report, Reporter, ReportState
from portal.policy import GUEST, Level, Role
from tests.conversations.test_service import recount
from tests.factories import OTHER_COMMUNITY


def said_by(make, author=None):
    thread = make.thread("elsewhere")
    from portal.conversations import service as conversations_

    return thread, conversations_.comment(author or make.user(), thread.id, "住 3 号院那家天天占两个位")


def test_each_person_counts_once_and_reasons_add_up(session, make):
    _, said = said_by(make)
    first, second = make.user(level=Level.PHONE), make.user()
    found = service.report(first, "comment", said.id, "private_data", "写了门牌号")
    service.report(first, "comment", said.id, "personal_attack")
    again = service.report(second, "comment", said.id, "private_data")
    assert again.id == found.id
    assert (again.reporter_count, again.reasons) == (2, {"private_data": 2})
    assert session.scalar(sa.select(sa.func.count()).select_from(Reporter)) == 2


def test_who_may_report_what(session, make):
    author = make.user()
    _, said = said_by(make, author)
    for who in (GUEST, author, make.user(level=Level.VISITOR), make.user(is_suspended=True)):
        with pytest.raises(Refused):
            service.report(who, "comment", said.id, "advertising")
    with pytest.raises(Invalid):
        service.report(make.user(), "comment", said.id, "do not like it")
    for kind, ident in (("comment", 2**31 - 1), ("user", author.id), ("", 1), ("nothing", 1)):
        with pytest.raises(NotFound):
            service.report(make.user(), kind, ident, "advertising")
    waiting = make.comment(state="waiting")
    with pytest.raises(NotFound):
        service.report(make.user(), "comment", waiting.id, "advertising")


def test_hiding_leaves_a_stub_takes_it_from_the_counts_and_tells_the_author(session, make):
    thread, said = said_by(make)
    found = service.report(make.user(), "comment", said.id, "private_data")
    moderator = make.staff(Role.MODERATOR)

    service.decide(moderator, found.id, "hide", "private_data", "请去掉门牌号")

    recount(session, thread)
    fresh = session.get(Comment, said.id)
    assert (fresh.is_hidden, fresh.hidden_reason, fresh.hidden_note) == (True, "private_data", "请去掉门牌号")
    assert (found.state, found.decided_by, found.reason) == (ReportState.HIDDEN, moderator.id, "private_data")
    entry = session.scalars(sa.select(audit.Entry).where(audit.Entry.action == "report.hide")).one()
    assert entry.details["note"] == "请去掉门牌号"
    told = session.scalars(sa.select(outbox.Message).where(outbox.Message.event == "moderation.decided")).one()
    assert (told.payload["author_id"], told.payload["decision"]) == (said.author_id, "hidden")
    stub = conversations.thread_page(thread.id, GUEST).page.rows[0]
    assert str(stub.hidden_words).startswith("contains someone's address")
    with pytest.raises(NotFound):
        service.report(make.user(), "comment", said.id, "advertising")


def test_what_is_kept_can_be_reported_again(session, make):
    thread, said = said_by(make)
    found = service.report(make.user(), "comment", said.id, "off_topic")
    service.decide(make.staff(Role.PLACE_ADMIN), found.id, "keep")
    recount(session, thread)
    assert (found.state, session.get(Comment, said.id).is_hidden) == (ReportState.KEPT, False)
    again = service.report(make.user(), "comment", said.id, "off_topic")
    assert again.id != found.id


def test_showing_again_brings_the_counts_back(session, make):
    thread, said = said_by(make)
    moderator = make.staff(Role.MODERATOR)
    service.hide(moderator, "comment", said.id, HideReason.OFF_TOPIC, "跑题")
    for reason, note in (
        ("", "看错了"),
        ("看错了", ""),
        ("off_topic", "看错了"),
        ("other", " "),
        ("mistake", "长" * 501),
    ):
        with pytest.raises(Invalid):
            service.restore(moderator, "comment", said.id, reason, note)
    found = service.restore(moderator, "comment", said.id, "mistake")
    recount(session, thread)
    assert (found.reason, found.restore_reason, found.note) == ("off_topic", "mistake", "")
    entry = session.scalars(sa.select(audit.Entry).where(audit.Entry.action == "report.restore")).one()
    assert entry.details["reason"] == "mistake"
    assert (found.state, session.get(Comment, said.id).is_hidden) == (ReportState.RESTORED, False)
    with pytest.raises(Conflict):
        service.restore(moderator, "comment", said.id, "mistake")


def test_a_reason_of_its_own_kind_is_said_in_words_and_goes_into_the_ledger(session, make):
    _, said = said_by(make)
    moderator = make.staff(Role.MODERATOR)
    for again in ("other", "appeal"):  # each hiding has its own record
        service.hide(moderator, "comment", said.id, HideReason.OFF_TOPIC, "跑题")
        service.restore(moderator, "comment", said.id, again, "会上说清楚了")
    rows = session.scalars(sa.select(Report).order_by(Report.id)).all()
    assert [(r.restore_reason, r.note) for r in rows] == [("other", "会上说清楚了"), ("appeal", "会上说清楚了")]
    entries = session.scalars(sa.select(audit.Entry).where(audit.Entry.action == "report.restore")).all()
    assert {(e.details["reason"], e.details["note"]) for e in entries} == {
        ("other", "会上说清楚了"),
        ("appeal", "会上说清楚了"),
    }


def test_four_eyes(session, make):
    moderator, colleague = make.staff(Role.MODERATOR), make.staff(Role.MODERATOR)
    _, own = said_by(make, moderator)
    found = service.report(colleague, "comment", own.id, "advertising")
    for who in (moderator, colleague, make.user(), GUEST, make.staff(Role.ACCEPTOR), make.staff(place=OTHER_COMMUNITY)):
        with pytest.raises(Refused):
            service.decide(who, found.id, "hide", "advertising", "广告")
    with pytest.raises(Refused):
        service.hide(moderator, "comment", own.id, "advertising", "广告")
    with pytest.raises(Refused):  # who reported it does not get round it by hiding directly
        service.hide(colleague, "comment", own.id, "advertising", "广告")
    service.decide(make.staff(Role.MODERATOR), found.id, "hide", "advertising", "广告")
    with pytest.raises(Refused):
        service.restore(moderator, "comment", own.id, "mistake")


def test_a_decision_needs_its_rule_and_its_words(session, make):
    _, said = said_by(make)
    found = service.report(make.user(), "comment", said.id, "off_topic")
    moderator = make.staff(Role.MODERATOR)
    for decision, reason, note in (
        ("hide", "", "话"),
        ("hide", "off_topic", ""),
        ("burn", "off_topic", "话"),
        ("hide", "off_topic", "长" * 501),
    ):
        with pytest.raises(Invalid):
            service.decide(moderator, found.id, decision, reason, note)
    assert session.get(Report, found.id).state is ReportState.REPORTED


def test_a_second_decision_is_refused(session, make):
    _, said = said_by(make)
    found = service.report(make.user(), "comment", said.id, "off_topic")
    service.decide(make.staff(Role.MODERATOR), found.id, "keep")
    with pytest.raises(Refused):
        service.decide(make.staff(Role.MODERATOR), found.id, "hide", "off_topic", "跑题")
    service.hide(make.staff(Role.MODERATOR), "comment", said.id, "off_topic", "跑题")
    with pytest.raises(Conflict):
        service.hide(make.staff(Role.MODERATOR), "comment", said.id, "off_topic", "跑题")


def test_two_moderators_deciding_at_once_make_one_decision(real_db):
    from tests import factories as make

    thread = make.make_thread("elsewhere")
    from portal.conversations import service as conversations_

    said = conversations_.comment(make.make_user(), thread.id, "占车位")
    found = service.report(make.make_user(), "comment", said.id, "off_topic")
    moderators = [make.make_staff(Role.MODERATOR) for _ in range(4)]
    for one in moderators:
        list(one.grants)
    db.Session().commit()
    results, ready = [], threading.Barrier(4)

    def run(n, moderator):
        with db.scope():
            ready.wait()
            try:
                if n % 2:
                    service.hide(moderator, "comment", said.id, "off_topic", "跑题")
                else:
                    service.decide(moderator, found.id, "hide", "off_topic", "跑题")
                results.append("done")
            except PortalError as problem:
                results.append(type(problem).__name__)

    threads = [threading.Thread(target=run, args=(n, m)) for n, m in enumerate(moderators)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    db.Session().rollback()
    assert sorted(results).count("done") == 1, results
    assert len(results) == 4
    recount(db.Session(), thread)
    hidden = sa.select(sa.func.count()).select_from(Report).where(Report.state == ReportState.HIDDEN)
    assert db.Session().scalar(hidden) == 1


def test_the_report_page_takes_a_report_and_keeps_what_was_typed(client, session, make):
    _, said = said_by(make)
    url = f"/reports/new?kind=comment&id={said.id}&next=/topics/1"
    assert client.get(url).status_code == 302
    client.sign_in(make.user())
    assert client.get("/en" + url).status_code == 200
    refused = client.post("/en/reports/new", data={"kind": "comment", "id": said.id, "note": "门牌号在第二句"})
    assert refused.status_code == 422
    assert "门牌号在第二句" in refused.text
    done = client.post(
        "/reports/new", data={"kind": "comment", "id": said.id, "reason": "private_data", "next": "/topics/1"}
    )
    assert (done.status_code, done.location) == (302, "/topics/1")
    away = client.post(
        "/reports/new",
        data={"kind": "comment", "id": said.id, "reason": "private_data", "next": "https://evil.example/"},
    )
    assert away.location.startswith("/comments/")
    for bad in (
        "kind=comment&id=x",
        "kind=comment&id=99999999999999",
        "kind=user&id=1",
        "",
        "kind=%00&id=%00",
        "kind=comment&id=²",
    ):
        assert client.get(f"/reports/new?{bad}").status_code == 404
