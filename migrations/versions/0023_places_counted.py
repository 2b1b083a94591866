"""Streets and communities are counted in what lies above them, as everything else that happens in a place."""

import sqlalchemy as sa
from alembic import op

revision = "0023_places_counted"
down_revision = "0022_restore_reasons"

places = sa.table(
    "places", sa.column("code", sa.String()), sa.column("level", sa.String()), sa.column("retired_at", sa.DateTime())
)
counts = sa.table(
    "place_counts",
    sa.column("place_code", sa.String()),
    sa.column("kind", sa.String()),
    sa.column("state", sa.String()),
    sa.column("n", sa.Integer()),
)


def upgrade():
    for length in (2, 6, 9):  # of a city, a district, a street: what their codes begin, they contain
        above = sa.func.substr(places.c.code, 1, length)
        below = (
            sa.select(above, sa.literal("place"), places.c.level, sa.func.count())
            .where(places.c.level.in_(("street", "community")), places.c.retired_at.is_(None))
            .where(sa.func.length(places.c.code) > length)
            .group_by(above, places.c.level)
        )
        op.execute(counts.insert().from_select(["place_code", "kind", "state", "n"], below))


def downgrade():
    op.execute(counts.delete().where(counts.c.kind == "place"))
