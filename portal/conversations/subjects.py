"""Comments as others see them: something to point at, something that can be reported."""

import sqlalchemy as sa
from sqlalchemy import orm

from portal import links
from portal.conversations import service
from portal.conversations.models import Comment, CommentState
from portal.links import Subject, subject
from portal.moderation.service import reportable
from portal.text.clean import excerpt
from portal.text.lazy import _l


@subject("comment")
def comments(session, ids):
    wanted = sa.select(Comment).where(Comment.id.in_(ids)).options(orm.joinedload(Comment.thread))
    found = list(session.scalars(wanted))
    above = links.describe(session, {(said.thread.subject_kind, said.thread.subject_id) for said in found})
    for said in found:
        about = above.get((said.thread.subject_kind, said.thread.subject_id))
        shown = said.state is CommentState.PUBLISHED and (about is None or about.public)
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
            about=about,
            thing=said,
        )


reportable("comment", Comment, hide=service.hidden, load=[orm.joinedload(Comment.thread)])
