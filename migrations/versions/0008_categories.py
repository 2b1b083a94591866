"""Categories: categories."""

import sqlalchemy as sa
from alembic import op

revision = "0008_categories"
down_revision = "0007_units"


def upgrade():
    op.create_table(
        "categories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family", sa.String(32), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("identifier", sa.String(length=40), nullable=False),
        sa.Column("theme", sa.String(32), nullable=False),
        sa.Column("lead_trades", sa.JSON(), nullable=False),
        sa.Column("limit_value", sa.Integer(), nullable=False),
        sa.Column("limit_unit", sa.String(32), nullable=False),
        sa.Column("limit_note", sa.Text(), nullable=False),
        sa.Column("limit_sourced", sa.Boolean(), nullable=False),
        sa.Column("emergency_call", sa.String(length=20), nullable=False),
        sa.Column("visible_problem", sa.Boolean(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("categories_pkey")),
        sa.UniqueConstraint("family", "code", name=op.f("categories_family_code_key")),
        sa.UniqueConstraint("identifier", name=op.f("categories_identifier_key")),
    )


def downgrade():
    op.drop_table("categories")
