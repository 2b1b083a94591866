"""The ledger and its end."""

import sqlalchemy as sa
from alembic import op

revision = "0001_audit"
down_revision = None


def upgrade():
    op.create_table(
        "audit_entries",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(length=32), nullable=True),
        sa.Column("after", sa.String(length=32), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("audit_entries_pkey")),
    )
    op.create_index(op.f("audit_entries_actor_id_seq_idx"), "audit_entries", ["actor_id", "seq"], unique=False)
    op.create_index(
        op.f("audit_entries_subject_kind_subject_id_seq_idx"),
        "audit_entries",
        ["subject_kind", "subject_id", "seq"],
        unique=False,
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_head_pkey")),
    )


def downgrade():
    op.drop_table("audit_head")
    op.drop_index(op.f("audit_entries_subject_kind_subject_id_seq_idx"), table_name="audit_entries")
    op.drop_index(op.f("audit_entries_actor_id_seq_idx"), table_name="audit_entries")
    op.drop_table("audit_entries")
