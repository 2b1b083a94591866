"""A role or an invitation may begin on a day to come."""

import sqlalchemy as sa
from alembic import op

revision = "0020_first_days"
down_revision = "0019_staff"


def upgrade():
    rebuild = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    with op.batch_alter_table("grants", recreate=rebuild) as table:
        table.add_column(sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "grants_begins_at_idx",
        "grants",
        ["begins_at"],
        unique=False,
        sqlite_where=sa.text("begins_at IS NOT NULL"),
        postgresql_where=sa.text("begins_at IS NOT NULL"),
    )
    with op.batch_alter_table("invitations", recreate=rebuild) as table:
        table.add_column(sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    with op.batch_alter_table("invitations") as table:
        table.drop_column("starts_at")
    op.drop_index("grants_begins_at_idx", table_name="grants")
    with op.batch_alter_table("grants") as table:
        table.drop_column("begins_at")
