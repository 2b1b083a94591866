"""Whatever people and moderators do, in whatever order, the stored counts are those of a recount."""

import threading

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import db
from portal.conversations import service
from portal.conversations.models import Comment, Thread
from portal.errors import PortalError
from portal.moderation import service as moderation
from portal.policy import Role
from tests.conversations.test_service import recount

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["comment", "reply", "hide", "restore", "withdraw", "publish", "return", "edit"]),
        st.integers(0, 30),
    ),
    max_size=25,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, review_first=st.booleans())
def test_any_sequence_of_steps_leaves_right_counts(session, make, steps, review_first):
    thread = make.thread("elsewhere", review_first=review_first)
    people, moderator = [make.user(), make.user()], make.staff(Role.MODERATOR)
    for n, (step, pick) in enumerate(steps):
        said = list(session.scalars(sa.select(Comment).where(Comment.thread_id == thread.id).order_by(Comment.id)))
        one = said[pick % len(said)] if said else None
        author = next((p for p in people if one is not None and p.id == one.author_id), people[0])
        try:
            if step == "comment":
                service.comment(people[pick % 2], thread.id, f"第 {n} 句", stance=["for", "worry", None][pick % 3])
            elif one is None:
                continue
            elif step == "reply":
                service.comment(people[pick % 2], thread.id, f"第 {n} 答", parent_id=one.id)
            elif step == "hide":
                moderation.hide(moderator, "comment", one.id, "off_topic", "跑题")
            elif step == "restore":
                moderation.restore(moderator, "comment", one.id, "mistake")
            elif step == "withdraw":
                service.withdraw(author, one.id)
            elif step == "edit":
                service.edit(author, one.id, f"改 {n}")
            else:
                service.review(moderator, one.id, step, "请改")
        except PortalError:
            session.rollback()
    recount(session, thread)


def _at_once(jobs):
    """Run these together, each with a session of its own; returns what each gave or raised."""
    results, ready = [None] * len(jobs), threading.Barrier(len(jobs))

    def run(n, job):
        with db.scope():
            ready.wait()
            try:
                results[n] = job()
            except PortalError as problem:
                results[n] = problem

    threads = [threading.Thread(target=run, args=(n, job)) for n, job in enumerate(jobs)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    db.Session().rollback()  # what was read before they ran is no longer true
    return results


def test_eight_people_at_once_are_counted_as_eight(real_db):
    from tests import factories as make

    thread = make.make_thread()
    people = [make.make_user() for _ in range(8)]
    top = make.make_comment(thread)
    with db.transaction() as session:
        session.execute(sa.update(Thread).values(comment_count=1))
    [p.grants for p in people]
    jobs = [lambda p=p: service.comment(p, thread.id, "一起说", parent_id=top.id if p.id % 2 else None) for p in people]
    assert all(isinstance(r, Comment) for r in _at_once(jobs))
    recount(db.Session(), thread)


def test_the_same_person_pressing_twice_at_once_says_it_once(real_db):
    from tests import factories as make

    thread, neighbour = make.make_thread(), make.make_user()
    list(neighbour.grants)
    results = _at_once([lambda: service.comment(neighbour, thread.id, "赞成")] * 4)
    assert len({r.id for r in results}) == 1
    recount(db.Session(), thread)


def test_withdrawing_and_hiding_at_once_takes_one_away(real_db):
    from tests import factories as make

    thread, author, moderator = make.make_thread("elsewhere"), make.make_user(), make.make_staff(Role.MODERATOR)
    list(author.grants), list(moderator.grants)
    said = service.comment(author, thread.id, "吵起来了")
    reply = make.make_user()
    list(reply.grants)
    _at_once(
        [
            lambda: service.withdraw(author, said.id),
            lambda: moderation.hide(moderator, "comment", said.id, "personal_attack", "骂人"),
            lambda: service.comment(reply, thread.id, "答", parent_id=said.id),
        ]
    )
    recount(db.Session(), thread)
