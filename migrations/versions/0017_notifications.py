"""Notifications: notifications."""

import sqlalchemy as sa
from alembic import op

revision = "0017_notifications"
down_revision = "0016_cases"


def upgrade():
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("url", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(120).with_variant(sa.VARCHAR(120, collation="C"), "postgresql"), nullable=False),
        sa.Column("is_task", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("notifications_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("notifications_pkey")),
        sa.UniqueConstraint("user_id", "key", name=op.f("notifications_user_id_key_key")),
    )
    op.create_index(
        "notifications_unread_idx",
        "notifications",
        ["user_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index(op.f("notifications_user_id_id_idx"), "notifications", ["user_id", "id"], unique=False)


def downgrade():
    op.drop_index(op.f("notifications_user_id_id_idx"), table_name="notifications")
    op.drop_index(
        "notifications_unread_idx",
        table_name="notifications",
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.drop_table("notifications")
