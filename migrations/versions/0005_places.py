"""Places: places, place_counts."""

import sqlalchemy as sa
from alembic import op

revision = "0005_places"
down_revision = "0004_files"


def upgrade():
    op.create_table(
        "places",
        sa.Column("code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "parent_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("pinyin", sa.String(length=160), nullable=False),
        sa.Column("initials", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["parent_code"], ["places.code"], name=op.f("places_parent_code_fkey")),
        sa.PrimaryKeyConstraint("code", name=op.f("places_pkey")),
    )
    op.create_index(op.f("places_level_name_idx"), "places", ["level", "name"], unique=False)
    op.create_index(op.f("places_parent_code_idx"), "places", ["parent_code"], unique=False)
    op.create_table(
        "place_counts",
        sa.Column(
            "place_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_code"], ["places.code"], name=op.f("place_counts_place_code_fkey")),
        sa.PrimaryKeyConstraint("place_code", "kind", "state", name=op.f("place_counts_pkey")),
    )


def downgrade():
    op.drop_table("place_counts")
    op.drop_index(op.f("places_parent_code_idx"), table_name="places")
    op.drop_index(op.f("places_level_name_idx"), table_name="places")
    op.drop_table("places")
