"""Conversations: threads, comments, comment_versions."""

import sqlalchemy as sa
from alembic import op

revision = "0010_conversations"
down_revision = "0009_moderation"


def upgrade():
    op.create_table(
        "threads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column(
            "place_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("space_id", sa.Integer(), nullable=True),
        sa.Column("write_level", sa.SmallInteger(), nullable=False),
        sa.Column("members_only", sa.Boolean(), nullable=False),
        sa.Column("residents_only", sa.Boolean(), nullable=False),
        sa.Column("review_first", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("for_count", sa.Integer(), nullable=False),
        sa.Column("worry_count", sa.Integer(), nullable=False),
        sa.Column("last_comment_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("threads_pkey")),
        sa.UniqueConstraint("subject_kind", "subject_id", name=op.f("threads_subject_kind_subject_id_key")),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("stance", sa.String(32), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("review_note", sa.Text(), nullable=False),
        sa.Column("reply_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source_ref", sa.String(length=64), nullable=True),
        sa.Column("outside_votes", sa.JSON(), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(length=24), nullable=True),
        sa.Column("hidden_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("comments_author_id_fkey")),
        sa.ForeignKeyConstraint(["parent_id"], ["comments.id"], name=op.f("comments_parent_id_fkey")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("comments_thread_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("comments_pkey")),
        sa.UniqueConstraint("source_ref", name=op.f("comments_source_ref_key")),
    )
    op.create_index(op.f("comments_author_id_id_idx"), "comments", ["author_id", "id"], unique=False)
    op.create_index(op.f("comments_state_id_idx"), "comments", ["state", "id"], unique=False)
    op.create_index(
        op.f("comments_thread_id_parent_id_id_idx"), "comments", ["thread_id", "parent_id", "id"], unique=False
    )
    op.create_table(
        "comment_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("comment_versions_comment_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("comment_versions_pkey")),
    )
    op.create_index(op.f("comment_versions_comment_id_idx"), "comment_versions", ["comment_id"], unique=False)


def downgrade():
    op.drop_index(op.f("comment_versions_comment_id_idx"), table_name="comment_versions")
    op.drop_table("comment_versions")
    op.drop_index(op.f("comments_thread_id_parent_id_id_idx"), table_name="comments")
    op.drop_index(op.f("comments_state_id_idx"), table_name="comments")
    op.drop_index(op.f("comments_author_id_id_idx"), table_name="comments")
    op.drop_table("comments")
    op.drop_table("threads")
