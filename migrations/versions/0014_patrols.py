"""Patrols: patrols, findings."""

import sqlalchemy as sa
from alembic import op

revision = "0014_patrols"
down_revision = "0013_ballots"


def upgrade():
    op.create_table(
        "patrols",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column(
            "place_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("lane", sa.String(length=80), nullable=False),
        sa.Column("companions", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("by_hand", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("finding_count", sa.Integer(), nullable=False),
        sa.Column("on_spot_count", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["place_code"], ["places.code"], name=op.f("patrols_place_code_fkey")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("patrols_team_id_fkey")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["users.id"], name=op.f("patrols_volunteer_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("patrols_pkey")),
        sa.UniqueConstraint("client_key", name=op.f("patrols_client_key_key")),
    )
    op.create_index(op.f("patrols_place_code_state_id_idx"), "patrols", ["place_code", "state", "id"], unique=False)
    op.create_index(
        "patrols_running_key",
        "patrols",
        ["volunteer_id"],
        unique=True,
        sqlite_where=sa.text("state = 'on_patrol' AND ended_at IS NULL"),
        postgresql_where=sa.text("state = 'on_patrol' AND ended_at IS NULL"),
    )
    op.create_index(op.f("patrols_team_id_id_idx"), "patrols", ["team_id", "id"], unique=False)
    op.create_index(op.f("patrols_volunteer_id_id_idx"), "patrols", ["volunteer_id", "id"], unique=False)
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patrol_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("where", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(length=24), nullable=True),
        sa.Column("hidden_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("findings_category_id_fkey")),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrols.id"], name=op.f("findings_patrol_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("findings_pkey")),
        sa.UniqueConstraint("client_key", name=op.f("findings_client_key_key")),
    )
    op.create_index(op.f("findings_patrol_id_id_idx"), "findings", ["patrol_id", "id"], unique=False)


def downgrade():
    op.drop_index(op.f("findings_patrol_id_id_idx"), table_name="findings")
    op.drop_table("findings")
    op.drop_index(op.f("patrols_volunteer_id_id_idx"), table_name="patrols")
    op.drop_index(op.f("patrols_team_id_id_idx"), table_name="patrols")
    op.drop_index(
        "patrols_running_key",
        table_name="patrols",
        sqlite_where=sa.text("state = 'on_patrol' AND ended_at IS NULL"),
        postgresql_where=sa.text("state = 'on_patrol' AND ended_at IS NULL"),
    )
    op.drop_index(op.f("patrols_place_code_state_id_idx"), table_name="patrols")
    op.drop_table("patrols")
