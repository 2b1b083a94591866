"""Speaking, answering, changing, withdrawing, reviewing; the counts are always those of a recount."""

import pytest
import sqlalchemy as sa

from portal import audit, clock, outbox
from portal.conversations import queries, service
from portal.conversations.models import Comment, CommentState, CommentVersion, Stance, Thread
from portal.errors import Conflict, Invalid, NotFound, Refused
from portal.policy import GUEST, Level, Role, Scope
from tests.factories import COMMUNITY, OTHER_COMMUNITY


def recount(session, thread):
    """What the counts of a thread and its comments must be."""
    session.expire_all()
    said = list(session.scalars(sa.select(Comment).where(Comment.thread_id == thread.id)))
    seen = [c for c in said if c.state is CommentState.PUBLISHED and not c.is_hidden]
    fresh = session.get(Thread, thread.id)
    assert fresh.comment_count == len(seen)
    assert fresh.for_count == sum(c.stance is Stance.FOR and c.parent_id is None for c in seen)
    assert fresh.worry_count == sum(c.stance is Stance.WORRY and c.parent_id is None for c in seen)
    for c in said:
        assert c.reply_count == sum(r.parent_id == c.id for r in seen)


def test_a_comment_is_counted_audited_and_told_of(session, make):
    thread, neighbour = make.thread(), make.user()

    said = service.comment(neighbour, thread.id, "  赞成，早该办了。 ")

    assert (said.body, said.html, said.state) == (
        "赞成，早该办了。",
        "<p>赞成，早该办了。</p>\n",
        CommentState.PUBLISHED,
    )
    assert session.get(Thread, thread.id).comment_count == 1
    assert session.scalars(sa.select(audit.Entry.action)).all() == ["comment.publish"]
    message = session.scalars(sa.select(outbox.Message)).one()
    assert (message.event, message.payload["author_id"]) == ("comment.published", neighbour.id)


def test_an_answer_to_an_answer_stands_beside_it(session, make):
    thread = make.thread()
    top = service.comment(make.user(), thread.id, "第一句")
    first = service.comment(make.user(), thread.id, "答一", parent_id=top.id)
    second = service.comment(make.user(), thread.id, "答二", parent_id=first.id, stance="for")

    assert (first.parent_id, second.parent_id, second.stance) == (top.id, top.id, None)
    recount(session, thread)


def test_reasons_and_worries_are_counted(session, make):
    thread = make.thread("proposal")
    service.comment(make.user(), thread.id, "轮椅能过", stance="for")
    service.comment(make.user(), thread.id, "窗下会吵", stance="worry")
    recount(session, thread)
    with pytest.raises(Invalid):
        service.comment(make.user(), thread.id, "怎么说", stance="maybe")


def test_the_same_words_sent_twice_are_one_comment(session, make):
    thread, neighbour = make.thread(), make.user()
    first = service.comment(neighbour, thread.id, "赞成")
    assert service.comment(neighbour, thread.id, "赞成").id == first.id
    recount(session, thread)
    with clock.travel(minutes=2):
        assert service.comment(neighbour, thread.id, "赞成").id != first.id
    recount(session, thread)


@pytest.mark.parametrize("body", ["", " \n ", "长" * 501, "\u202e\x00"])
def test_unusable_words_are_refused(session, make, body):
    with pytest.raises(Invalid):
        service.comment(make.user(), make.thread().id, body)


def test_who_may_write_is_what_the_thread_began_with(session, make):
    space = make.space()
    stranger = make.user(home=OTHER_COMMUNITY)
    member = make.user(home=OTHER_COMMUNITY)
    make.grant(member, Role.MEMBER, space=space)
    open_to_all, residents = make.thread(space=space), make.thread(space=space, residents_only=True)
    members = make.thread(space=space, members_only=True)
    closed = make.thread(space=space, is_open=False)

    service.comment(stranger, open_to_all.id, "我来说")
    for thread in (residents, members, closed):
        with pytest.raises(Refused):
            service.comment(stranger, thread.id, "我来说")
    service.comment(make.user(), residents.id, "本社区的")
    for thread in (residents, members):
        service.comment(member, thread.id, "理事")
    for who in (GUEST, make.user(level=Level.PHONE), make.user(is_suspended=True)):
        with pytest.raises(Refused):
            service.comment(who, open_to_all.id, "我来说")


def test_a_foreign_parent_is_not_found(session, make):
    other = make.comment(make.thread())
    thread = make.thread()
    for parent in (other.id, 0, 2**31 - 1):
        with pytest.raises(Refused):
            service.comment(make.user(), thread.id, "答", parent_id=parent)
    with pytest.raises(NotFound):
        service.comment(make.user(), 2**31 - 1, "答")


def test_the_author_changes_his_words_for_fifteen_minutes(session, make):
    thread, neighbour = make.thread(), make.user()
    said = service.comment(neighbour, thread.id, "写错了")

    service.edit(neighbour, said.id, "改好了")

    assert (said.body, said.edited_at is not None) == ("改好了", True)
    assert session.scalars(sa.select(CommentVersion.body)).all() == ["写错了"]
    with pytest.raises(Refused):
        service.edit(make.user(), said.id, "别人的")
    with clock.travel(minutes=16), pytest.raises(Refused):
        service.edit(neighbour, said.id, "太晚了")


def test_withdrawn_words_are_gone_and_answers_stay(session, make):
    thread, neighbour = make.thread(), make.user()
    said = service.comment(neighbour, thread.id, "后悔了")
    service.comment(make.user(), thread.id, "答", parent_id=said.id)

    service.withdraw(neighbour, said.id)

    recount(session, thread)
    rows = queries.thread_page(thread.id, GUEST).page.rows
    assert [(c.state, [r.body for r in c.replies]) for c in rows] == [(CommentState.WITHDRAWN, ["答"])]
    with pytest.raises(Refused):
        service.withdraw(neighbour, said.id)


def test_what_waits_is_seen_by_its_author_and_reviewers_only(session, make):
    thread, author, moderator = make.thread(review_first=True), make.user(), make.staff(Role.MODERATOR)
    said = service.comment(author, thread.id, "等人看")

    assert said.state is CommentState.WAITING
    recount(session, thread)
    for who, sees in (
        (GUEST, 0),
        (make.user(), 0),
        (author, 1),
        (moderator, 1),
        (make.staff(place=OTHER_COMMUNITY), 0),
    ):
        assert len(queries.thread_page(thread.id, who).page.rows) == sees
    assert session.scalars(sa.select(outbox.Message)).all() == []

    service.review(moderator, said.id, "publish", "")
    recount(session, thread)
    assert len(queries.thread_page(thread.id, GUEST).page.rows) == 1
    with pytest.raises(Refused):
        service.review(make.staff(Role.MODERATOR), said.id, "return", "晚了")


def test_a_returned_comment_comes_back_mended(session, make):
    thread, author, moderator = make.thread(review_first=True), make.user(), make.staff(Role.MODERATOR)
    said = service.comment(author, thread.id, "3 号院那家")
    with pytest.raises(Invalid):
        service.review(moderator, said.id, "return", " ")
    service.review(moderator, said.id, "return", "请去掉门牌号")
    assert (said.state, said.review_note) == (CommentState.RETURNED, "请去掉门牌号")
    with clock.travel(days=3):
        service.edit(author, said.id, "有一家")
    assert (said.state, said.review_note) == (CommentState.WAITING, "")
    recount(session, thread)


def test_nobody_reviews_his_own_words_or_those_of_another_place(session, make):
    thread = make.thread(review_first=True)
    moderator = make.staff(Role.MODERATOR)
    mine = make.comment(thread, moderator, state=CommentState.WAITING)
    theirs = make.comment(thread, state=CommentState.WAITING)
    with pytest.raises(Refused):
        service.review(moderator, mine.id, "publish", "")
    with pytest.raises(Refused):
        service.review(make.staff(place=OTHER_COMMUNITY), theirs.id, "publish", "")


def test_who_is_answered_too_late_is_told(session, make):
    thread, author = make.thread(), make.user()
    said = service.comment(author, thread.id, "一句")
    service.withdraw(author, said.id)
    with pytest.raises(Refused):
        service.comment(make.user(), thread.id, "答", parent_id=said.id)


def test_a_change_based_on_something_old_is_a_conflict(session, make):
    thread, author = make.thread(), make.user()
    said = service.comment(author, thread.id, "一句")
    loaded = service._load(session, said.id)
    session.execute(sa.update(Comment).where(Comment.id == said.id).values(state=CommentState.WITHDRAWN),
                    execution_options={"synchronize_session": False})  # fmt: skip
    with pytest.raises(Conflict):
        service._set(session, loaded, body="anders")


def test_a_thing_has_one_thread(session, make):
    first = service.open_thread(session, ("topic", 7), Scope(COMMUNITY), write_level=2)
    assert service.open_thread(session, ("topic", 7), Scope(COMMUNITY), write_level=3).id == first.id
    service.close_thread(session, first.id)
    session.commit()
    assert session.get(Thread, first.id).is_open is False
