"""Units: units."""

import sqlalchemy as sa
from alembic import op

revision = "0007_units"
down_revision = "0006_accounts"


def upgrade():
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("trade", sa.String(length=8), nullable=False),
        sa.Column(
            "place_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["place_code"], ["places.code"], name=op.f("units_place_code_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("units_pkey")),
        sa.UniqueConstraint("place_code", "name", name=op.f("units_place_code_name_key")),
    )
    op.create_index(op.f("units_place_code_trade_idx"), "units", ["place_code", "trade"], unique=False)


def downgrade():
    op.drop_index(op.f("units_place_code_trade_idx"), table_name="units")
    op.drop_table("units")
