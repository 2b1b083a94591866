"""Ballots: ballots, electors, votes."""

import sqlalchemy as sa
from alembic import op

revision = "0013_ballots"
down_revision = "0012_brands"


def upgrade():
    op.create_table(
        "ballots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column(
            "place_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("question", sa.String(length=250), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("eligible_count", sa.Integer(), nullable=False),
        sa.Column("for_count", sa.Integer(), nullable=False),
        sa.Column("against_count", sa.Integer(), nullable=False),
        sa.Column("abstain_count", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("quorate", sa.Boolean(), nullable=True),
        sa.Column("annulled_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("ballots_pkey")),
    )
    op.create_index(op.f("ballots_state_closes_at_idx"), "ballots", ["state", "closes_at"], unique=False)
    op.create_index(op.f("ballots_state_opens_at_idx"), "ballots", ["state", "opens_at"], unique=False)
    op.create_index(
        op.f("ballots_subject_kind_subject_id_idx"), "ballots", ["subject_kind", "subject_id"], unique=False
    )
    op.create_table(
        "electors",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("electors_ballot_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("electors_user_id_fkey")),
        sa.PrimaryKeyConstraint("ballot_id", "user_id", name=op.f("electors_pkey")),
    )
    op.create_index(op.f("electors_ballot_id_seat_idx"), "electors", ["ballot_id", "seat"], unique=False)
    op.create_table(
        "votes",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=100), nullable=False),
        sa.Column("choice", sa.String(32), nullable=False),
        sa.Column("cast_by", sa.Integer(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("votes_ballot_id_fkey")),
        sa.ForeignKeyConstraint(["cast_by"], ["users.id"], name=op.f("votes_cast_by_fkey")),
        sa.PrimaryKeyConstraint("ballot_id", "seat", name=op.f("votes_pkey")),
    )


def downgrade():
    op.drop_table("votes")
    op.drop_index(op.f("electors_ballot_id_seat_idx"), table_name="electors")
    op.drop_table("electors")
    op.drop_index(op.f("ballots_subject_kind_subject_id_idx"), table_name="ballots")
    op.drop_index(op.f("ballots_state_opens_at_idx"), table_name="ballots")
    op.drop_index(op.f("ballots_state_closes_at_idx"), table_name="ballots")
    op.drop_table("ballots")
