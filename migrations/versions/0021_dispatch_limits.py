"""Cases carry the moment by which they are to be dispatched, as they do the one by which they are taken in."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0021_dispatch_limits"
down_revision = "0020_first_days"

cases = sa.table(
    "cases",
    sa.column("id", sa.Integer()),
    sa.column("state", sa.String()),
    sa.column("source_ref", sa.String()),
    sa.column("reported_at", sa.DateTime(timezone=True)),
    sa.column("state_since", sa.DateTime(timezone=True)),
    sa.column("dispatch_due_at", sa.DateTime(timezone=True)),
)


def upgrade():
    connection = op.get_bind()
    rebuild = "always" if connection.dialect.name == "sqlite" else "auto"
    with op.batch_alter_table("cases", recreate=rebuild) as table:
        table.add_column(sa.Column("dispatch_due_at", sa.DateTime(timezone=True), nullable=True))
    waiting = sa.select(cases).where(
        cases.c.state.in_(("reported", "accepted", "verifying", "filed", "returned")), cases.c.source_ref.is_(None)
    )
    for case in connection.execute(waiting).all():
        since = case.state_since if case.state == "returned" else case.reported_at
        limit = sa.update(cases).where(cases.c.id == case.id).values(dispatch_due_at=since + timedelta(hours=24))
        connection.execute(limit)


def downgrade():
    with op.batch_alter_table("cases") as table:
        table.drop_column("dispatch_due_at")
