"""Staff: noted_answers."""

import sqlalchemy as sa
from alembic import op

revision = "0019_staff"
down_revision = "0018_announced_ballots"


def upgrade():
    op.create_table(
        "noted_answers",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("noted_answers_proposal_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("noted_answers_user_id_fkey")),
        sa.PrimaryKeyConstraint("proposal_id", "user_id", name=op.f("noted_answers_pkey")),
    )


def downgrade():
    op.drop_table("noted_answers")
