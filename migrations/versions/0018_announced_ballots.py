"""Proposals know when their announced ballot opens; lists are read in the order in which they are shown."""

import sqlalchemy as sa
from alembic import op

revision = "0018_announced_ballots"
down_revision = "0017_notifications"


def upgrade():
    rebuild = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    with op.batch_alter_table("proposals", recreate=rebuild) as table:
        table.add_column(sa.Column("ballot_opens_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("proposals_due_at_id_idx"), "proposals", ["due_at", "id"], unique=False)
    op.create_index(op.f("proposals_state_published_at_id_idx"), "proposals", ["state", "published_at", "id"], unique=False)
    op.drop_index(op.f("proposals_state_id_idx"), table_name="proposals")


def downgrade():
    op.create_index(op.f("proposals_state_id_idx"), "proposals", ["state", "id"], unique=False)
    op.drop_index(op.f("proposals_state_published_at_id_idx"), table_name="proposals")
    op.drop_index(op.f("proposals_due_at_id_idx"), table_name="proposals")
    with op.batch_alter_table("proposals") as table:
        table.drop_column("ballot_opens_at")
