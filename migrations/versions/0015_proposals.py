"""Proposals: proposals, follows, objections, outcome_ratings, proposal_terms, proposal_versions, seconds."""

import sqlalchemy as sa
from alembic import op

revision = "0015_proposals"
down_revision = "0014_patrols"


def upgrade():
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column(
            "place_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(32), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("where", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=250), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("plan_html", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objections_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("seconds_count", sa.Integer(), nullable=False),
        sa.Column("stale_seconds_count", sa.Integer(), nullable=False),
        sa.Column("seconds_needed", sa.Integer(), nullable=False),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("objection_count", sa.Integer(), nullable=False),
        sa.Column("open_objection_count", sa.Integer(), nullable=False),
        sa.Column("photo_count", sa.Integer(), nullable=False),
        sa.Column("rating_yes_count", sa.Integer(), nullable=False),
        sa.Column("rating_no_count", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("ballot_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("redo_count", sa.Integer(), nullable=False),
        sa.Column("accepted_how", sa.String(32), nullable=True),
        sa.Column("responsible", sa.String(length=80), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("closing_note", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.String(length=24), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.Column("source_ref", sa.String(length=64), nullable=True),
        sa.Column("source_name", sa.String(length=80), nullable=False),
        sa.Column("outside_votes", sa.Integer(), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(length=24), nullable=True),
        sa.Column("hidden_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("proposals_author_id_fkey")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("proposals_ballot_id_fkey")),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("proposals_category_id_fkey")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["proposals.id"], name=op.f("proposals_merged_into_id_fkey")),
        sa.ForeignKeyConstraint(["place_code"], ["places.code"], name=op.f("proposals_place_code_fkey")),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("proposals_space_id_fkey")),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("proposals_thread_id_fkey")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("proposals_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("proposals_pkey")),
        sa.UniqueConstraint("client_key", name=op.f("proposals_client_key_key")),
        sa.UniqueConstraint("source_ref", name=op.f("proposals_source_ref_key")),
    )
    op.create_index(op.f("proposals_author_id_id_idx"), "proposals", ["author_id", "id"], unique=False)
    op.create_index(op.f("proposals_place_code_id_idx"), "proposals", ["place_code", "id"], unique=False)
    op.create_index(op.f("proposals_published_at_id_idx"), "proposals", ["published_at", "id"], unique=False)
    op.create_index(op.f("proposals_seconds_count_id_idx"), "proposals", ["seconds_count", "id"], unique=False)
    op.create_index(op.f("proposals_space_id_id_idx"), "proposals", ["space_id", "id"], unique=False)
    op.create_index(op.f("proposals_state_due_at_idx"), "proposals", ["state", "due_at"], unique=False)
    op.create_index(op.f("proposals_state_id_idx"), "proposals", ["state", "id"], unique=False)
    op.create_table(
        "follows",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("follows_proposal_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("follows_user_id_fkey")),
        sa.PrimaryKeyConstraint("proposal_id", "user_id", name=op.f("follows_pkey")),
    )
    op.create_index(op.f("follows_user_id_idx"), "follows", ["user_id"], unique=False)
    op.create_table(
        "objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(length=24), nullable=True),
        sa.Column("hidden_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("objections_author_id_fkey")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("objections_proposal_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("objections_pkey")),
    )
    op.create_index(
        "objections_open_key",
        "objections",
        ["proposal_id", "author_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_index(op.f("objections_proposal_id_id_idx"), "objections", ["proposal_id", "id"], unique=False)
    op.create_table(
        "outcome_ratings",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("outcome_ratings_proposal_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("outcome_ratings_user_id_fkey")),
        sa.PrimaryKeyConstraint("proposal_id", "user_id", "round", name=op.f("outcome_ratings_pkey")),
    )
    op.create_table(
        "proposal_terms",
        sa.Column("term", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("proposal_terms_proposal_id_fkey")),
        sa.PrimaryKeyConstraint("term", "proposal_id", name=op.f("proposal_terms_pkey")),
    )
    op.create_index(op.f("proposal_terms_proposal_id_idx"), "proposal_terms", ["proposal_id"], unique=False)
    op.create_table(
        "proposal_versions",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=250), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("material", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("proposal_versions_proposal_id_fkey")),
        sa.PrimaryKeyConstraint("proposal_id", "number", name=op.f("proposal_versions_pkey")),
    )
    op.create_table(
        "seconds",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("building", sa.String(length=40), nullable=False),
        sa.Column("carried_from", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("seconds_proposal_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("seconds_user_id_fkey")),
        sa.PrimaryKeyConstraint("proposal_id", "user_id", name=op.f("seconds_pkey")),
    )
    op.create_index(op.f("seconds_user_id_idx"), "seconds", ["user_id"], unique=False)


def downgrade():
    op.drop_index(op.f("seconds_user_id_idx"), table_name="seconds")
    op.drop_table("seconds")
    op.drop_table("proposal_versions")
    op.drop_index(op.f("proposal_terms_proposal_id_idx"), table_name="proposal_terms")
    op.drop_table("proposal_terms")
    op.drop_table("outcome_ratings")
    op.drop_index(op.f("objections_proposal_id_id_idx"), table_name="objections")
    op.drop_index(
        "objections_open_key",
        table_name="objections",
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.drop_table("objections")
    op.drop_index(op.f("follows_user_id_idx"), table_name="follows")
    op.drop_table("follows")
    op.drop_index(op.f("proposals_state_id_idx"), table_name="proposals")
    op.drop_index(op.f("proposals_state_due_at_idx"), table_name="proposals")
    op.drop_index(op.f("proposals_space_id_id_idx"), table_name="proposals")
    op.drop_index(op.f("proposals_seconds_count_id_idx"), table_name="proposals")
    op.drop_index(op.f("proposals_published_at_id_idx"), table_name="proposals")
    op.drop_index(op.f("proposals_place_code_id_idx"), table_name="proposals")
    op.drop_index(op.f("proposals_author_id_id_idx"), table_name="proposals")
    op.drop_table("proposals")
