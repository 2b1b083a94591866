"""People as others see them: the display name only."""

import sqlalchemy as sa

from portal.accounts.models import User
from portal.links import Subject, subject
from portal.policy import Scope
from portal.text.lazy import _l


@subject("user")
def users(session, ids):
    for ident, name, home in session.execute(
        sa.select(User.id, User.display_name, User.home_code).where(User.id.in_(ids))
    ):
        yield Subject("user", ident, name, "", _l("Person"), Scope(place=home or ""), author_id=ident, public=False)
