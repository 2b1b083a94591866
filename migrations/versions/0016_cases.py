"""Cases: case_serials, cases."""

import sqlalchemy as sa
from alembic import op

revision = "0016_cases"
down_revision = "0015_proposals"


def upgrade():
    op.create_table(
        "case_serials",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("case_serials_pkey")),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(16).with_variant(sa.VARCHAR(16, collation="C"), "postgresql"), nullable=False),
        sa.Column("title", sa.String(length=250), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column(
            "place_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("where", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lead_unit_id", sa.Integer(), nullable=True),
        sa.Column("co_unit_ids", sa.JSON(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accept_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inspected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("limit_value", sa.Integer(), nullable=True),
        sa.Column("limit_unit", sa.String(32), nullable=True),
        sa.Column("calendar_version", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supervise_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("overdue_once", sa.Boolean(), nullable=False),
        sa.Column("handled_by", sa.Integer(), nullable=True),
        sa.Column("inspected_by", sa.Integer(), nullable=True),
        sa.Column("extension_count", sa.Integer(), nullable=False),
        sa.Column("extension_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_count", sa.Integer(), nullable=False),
        sa.Column("rework_count", sa.Integer(), nullable=False),
        sa.Column("reopen_count", sa.Integer(), nullable=False),
        sa.Column("review_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supervised_level", sa.String(length=16), nullable=False),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("public_note", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.String(length=24), nullable=True),
        sa.Column("rating", sa.String(32), nullable=True),
        sa.Column("rating_comment", sa.Text(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.Column("source_ref", sa.String(length=64), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(length=24), nullable=True),
        sa.Column("hidden_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("cases_category_id_fkey")),
        sa.ForeignKeyConstraint(["duplicate_of_id"], ["cases.id"], name=op.f("cases_duplicate_of_id_fkey")),
        sa.ForeignKeyConstraint(["lead_unit_id"], ["units.id"], name=op.f("cases_lead_unit_id_fkey")),
        sa.ForeignKeyConstraint(["place_code"], ["places.code"], name=op.f("cases_place_code_fkey")),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name=op.f("cases_reporter_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("cases_pkey")),
        sa.UniqueConstraint("client_key", name=op.f("cases_client_key_key")),
        sa.UniqueConstraint("number", name=op.f("cases_number_key")),
        sa.UniqueConstraint("source_ref", name=op.f("cases_source_ref_key")),
    )
    op.create_index(op.f("cases_closed_at_idx"), "cases", ["closed_at"], unique=False)
    op.create_index(op.f("cases_lead_unit_id_state_idx"), "cases", ["lead_unit_id", "state"], unique=False)
    op.create_index(op.f("cases_place_code_id_idx"), "cases", ["place_code", "id"], unique=False)
    op.create_index(op.f("cases_reporter_id_id_idx"), "cases", ["reporter_id", "id"], unique=False)
    op.create_index(op.f("cases_state_id_idx"), "cases", ["state", "id"], unique=False)
    op.create_index(op.f("cases_state_urgency_id_idx"), "cases", ["state", "urgency", "id"], unique=False)


def downgrade():
    op.drop_index(op.f("cases_state_urgency_id_idx"), table_name="cases")
    op.drop_index(op.f("cases_state_id_idx"), table_name="cases")
    op.drop_index(op.f("cases_reporter_id_id_idx"), table_name="cases")
    op.drop_index(op.f("cases_place_code_id_idx"), table_name="cases")
    op.drop_index(op.f("cases_lead_unit_id_state_idx"), table_name="cases")
    op.drop_index(op.f("cases_closed_at_idx"), table_name="cases")
    op.drop_table("cases")
    op.drop_table("case_serials")
