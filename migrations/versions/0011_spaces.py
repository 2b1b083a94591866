"""Spaces: spaces, invitations, rule_versions, topics."""

import sqlalchemy as sa
from alembic import op

revision = "0011_spaces"
down_revision = "0010_conversations"


def upgrade():
    op.create_table(
        "spaces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "place_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.Column("topic_count", sa.Integer(), nullable=False),
        sa.Column("proposal_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_ref", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["place_code"], ["places.code"], name=op.f("spaces_place_code_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("spaces_pkey")),
        sa.UniqueConstraint("source_ref", name=op.f("spaces_source_ref_key")),
    )
    op.create_index(op.f("spaces_place_code_kind_idx"), "spaces", ["place_code", "kind"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("invitations_space_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("invitations_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("invitations_pkey")),
    )
    op.create_index(op.f("invitations_space_id_idx"), "invitations", ["space_id"], unique=False)
    op.create_index(op.f("invitations_user_id_idx"), "invitations", ["user_id"], unique=False)
    op.create_table(
        "rule_versions",
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("rule_versions_space_id_fkey")),
        sa.PrimaryKeyConstraint("space_id", "version", name=op.f("rule_versions_pkey")),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(length=24), nullable=True),
        sa.Column("hidden_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("topics_author_id_fkey")),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("topics_space_id_fkey")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("topics_thread_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("topics_pkey")),
    )
    op.create_index(
        op.f("topics_space_id_last_active_at_id_idx"), "topics", ["space_id", "last_active_at", "id"], unique=False
    )


def downgrade():
    op.drop_index(op.f("topics_space_id_last_active_at_id_idx"), table_name="topics")
    op.drop_table("topics")
    op.drop_table("rule_versions")
    op.drop_index(op.f("invitations_user_id_idx"), table_name="invitations")
    op.drop_index(op.f("invitations_space_id_idx"), table_name="invitations")
    op.drop_table("invitations")
    op.drop_index(op.f("spaces_place_code_kind_idx"), table_name="spaces")
    op.drop_table("spaces")
