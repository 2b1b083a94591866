"""Reports keep why what was hidden is shown again."""

import sqlalchemy as sa
from alembic import op

revision = "0022_restore_reasons"
down_revision = "0021_dispatch_limits"


def upgrade():
    rebuild = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    with op.batch_alter_table("reports", recreate=rebuild) as table:
        table.add_column(sa.Column("restore_reason", sa.String(length=24), nullable=True))


def downgrade():
    with op.batch_alter_table("reports") as table:
        table.drop_column("restore_reason")
