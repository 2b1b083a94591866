"""Brands: brands, teams, team_applications."""

import sqlalchemy as sa
from alembic import op

revision = "0012_brands"
down_revision = "0011_spaces"


def upgrade():
    op.create_table(
        "brands",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("alias", sa.String(length=40), nullable=False),
        sa.Column(
            "place_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("slogan", sa.String(length=120), nullable=False),
        sa.Column("duties", sa.JSON(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("about_en", sa.Text(), nullable=False),
        sa.Column("team_count", sa.Integer(), nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.Column("patrol_count", sa.Integer(), nullable=False),
        sa.Column("finding_count", sa.Integer(), nullable=False),
        sa.Column("on_spot_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_code"], ["places.code"], name=op.f("brands_place_code_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("brands_pkey")),
        sa.UniqueConstraint("slug", name=op.f("brands_slug_key")),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column(
            "place_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.Column("patrol_count", sa.Integer(), nullable=False),
        sa.Column("finding_count", sa.Integer(), nullable=False),
        sa.Column("on_spot_count", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("teams_brand_id_fkey")),
        sa.ForeignKeyConstraint(["place_code"], ["places.code"], name=op.f("teams_place_code_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("teams_pkey")),
        sa.UniqueConstraint("client_key", name=op.f("teams_client_key_key")),
    )
    op.create_index(op.f("teams_brand_id_place_code_idx"), "teams", ["brand_id", "place_code"], unique=False)
    op.create_index(op.f("teams_place_code_idx"), "teams", ["place_code"], unique=False)
    op.create_table(
        "team_applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("team_applications_team_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("team_applications_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("team_applications_pkey")),
    )
    op.create_index(
        op.f("team_applications_team_id_state_idx"), "team_applications", ["team_id", "state"], unique=False
    )
    op.create_index(
        op.f("team_applications_user_id_state_idx"), "team_applications", ["user_id", "state"], unique=False
    )
    op.create_index(
        "team_applications_waiting_key",
        "team_applications",
        ["team_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade():
    op.drop_index(
        "team_applications_waiting_key",
        table_name="team_applications",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(op.f("team_applications_user_id_state_idx"), table_name="team_applications")
    op.drop_index(op.f("team_applications_team_id_state_idx"), table_name="team_applications")
    op.drop_table("team_applications")
    op.drop_index(op.f("teams_place_code_idx"), table_name="teams")
    op.drop_index(op.f("teams_brand_id_place_code_idx"), table_name="teams")
    op.drop_table("teams")
    op.drop_table("brands")
