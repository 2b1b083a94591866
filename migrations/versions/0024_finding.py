"""Places are found by their spelling without reading the table, proposals by what they are about."""

import sqlalchemy as sa
from alembic import op

revision = "0024_finding"
down_revision = "0023_places_counted"

places = sa.table("places", sa.column("pinyin", sa.String()), sa.column("spelled", sa.String()))
FOUND_BY = ["level", "retired_at", "name", "spelled", "initials", "code"]


def upgrade():
    op.drop_index("places_level_name_idx", "places")
    rebuild = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    with op.batch_alter_table("places", recreate=rebuild) as table:
        table.add_column(sa.Column("spelled", sa.String(length=160), nullable=False, server_default=""))
    plain = sa.func.replace(sa.func.replace(sa.func.lower(places.c.pinyin), "'", ""), "\u2019", "")
    op.execute(places.update().values(spelled=plain))
    with op.batch_alter_table("places", recreate=rebuild) as table:
        table.alter_column("spelled", existing_type=sa.String(length=160), server_default=None)
    op.create_index("places_found_by_idx", "places", FOUND_BY)
    op.create_index("proposals_category_id_theme_id_idx", "proposals", ["category_id", "theme", "id"])


def downgrade():
    op.drop_index("proposals_category_id_theme_id_idx", "proposals")
    op.drop_index("places_found_by_idx", "places")
    with op.batch_alter_table("places") as table:
        table.drop_column("spelled")
    op.create_index("places_level_name_idx", "places", ["level", "name"])
