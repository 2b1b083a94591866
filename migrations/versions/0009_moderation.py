"""Moderation: reports, reporters."""

import sqlalchemy as sa
from alembic import op

revision = "0009_moderation"
down_revision = "0008_categories"


def upgrade():
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column(
            "place_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("space_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reporter_count", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("reports_pkey")),
    )
    op.create_index(
        "reports_open_key",
        "reports",
        ["subject_kind", "subject_id"],
        unique=True,
        sqlite_where=sa.text("state = 'reported'"),
        postgresql_where=sa.text("state = 'reported'"),
    )
    op.create_index(op.f("reports_state_place_code_id_idx"), "reports", ["state", "place_code", "id"], unique=False)
    op.create_index(
        op.f("reports_subject_kind_subject_id_idx"), "reports", ["subject_kind", "subject_id"], unique=False
    )
    op.create_table(
        "reporters",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("reporters_report_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("reporters_user_id_fkey")),
        sa.PrimaryKeyConstraint("report_id", "user_id", name=op.f("reporters_pkey")),
    )


def downgrade():
    op.drop_table("reporters")
    op.drop_index(op.f("reports_subject_kind_subject_id_idx"), table_name="reports")
    op.drop_index(op.f("reports_state_place_code_id_idx"), table_name="reports")
    op.drop_index(
        "reports_open_key",
        table_name="reports",
        sqlite_where=sa.text("state = 'reported'"),
        postgresql_where=sa.text("state = 'reported'"),
    )
    op.drop_table("reports")
