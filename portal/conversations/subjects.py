"""Comments as others see them: something to point at, something that can be reported."""

import sqlalchemy as sa
from sqlalchemy import orm

from portal.conversations import service
from portal.conversations.models import Comment, CommentState
from portal.links import Subject, subject
from portal.moderation.service import reportable
from portal.text.clean import excerpt
from portal.text.lazy import _l


@subject("comment")
def comments(session, ids):
    wanted = sa.select(Comment).where(Comment.id.in_(ids)).options(orm.joinedload(Comment.thread))
    for said in session.scalars(wanted):
        shown = said.state is CommentState.PUBLISHED
        yield Subject(
            "comment",
            said.id,
            excerpt(said.body, 40),
            f"/comments/{said.id}",
            _l("Comment"),
            said.thread.scope,
            state=str(said.state),
            author_id=said.author_id,
            public=shown and not said.is_hidden,
        )


reportable("comment", Comment, hide=service.hidden, load=[orm.joinedload(Comment.thread)])
