"""Photos."""

import sqlalchemy as sa
from alembic import op

revision = "0004_files"
down_revision = "0003_links"


def upgrade():
    op.create_table(
        "photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("owner_kind", sa.String(length=24), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("widths", sa.JSON(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("photos_pkey")),
        sa.UniqueConstraint("key", name=op.f("photos_key_key")),
    )
    op.create_index(op.f("photos_owner_kind_owner_id_id_idx"), "photos", ["owner_kind", "owner_id", "id"], unique=False)


def downgrade():
    op.drop_index(op.f("photos_owner_kind_owner_id_id_idx"), table_name="photos")
    op.drop_table("photos")
