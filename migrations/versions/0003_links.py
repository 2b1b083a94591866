"""What led to what."""

import sqlalchemy as sa
from alembic import op

revision = "0003_links"
down_revision = "0002_outbox"


def upgrade():
    op.create_table(
        "links",
        sa.Column("from_kind", sa.String(length=24), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_kind", sa.String(length=24), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("from_kind", "from_id", "to_kind", "to_id", name=op.f("links_pkey")),
    )
    op.create_index(op.f("links_to_kind_to_id_idx"), "links", ["to_kind", "to_id"], unique=False)


def downgrade():
    op.drop_index(op.f("links_to_kind_to_id_idx"), table_name="links")
    op.drop_table("links")
