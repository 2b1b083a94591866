"""Accounts: sign_in_codes, users, grants, verifications."""

import sqlalchemy as sa
from alembic import op

revision = "0006_accounts"
down_revision = "0005_places"


def upgrade():
    op.create_table(
        "sign_in_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("sign_in_codes_pkey")),
        sa.UniqueConstraint("phone", "minute", name=op.f("sign_in_codes_phone_minute_key")),
    )
    op.create_index(
        op.f("sign_in_codes_address_hash_created_at_idx"), "sign_in_codes", ["address_hash", "created_at"], unique=False
    )
    op.create_index(op.f("sign_in_codes_phone_created_at_idx"), "sign_in_codes", ["phone", "created_at"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("password_hash", sa.String(length=160), nullable=False),
        sa.Column("display_name", sa.String(length=40), nullable=False),
        sa.Column("real_name", sa.String(length=60), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("home_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=True),
        sa.Column("household", sa.String(length=64), nullable=True),
        sa.Column("building", sa.String(length=40), nullable=False),
        sa.Column("resident_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("is_suspended", sa.Boolean(), nullable=False),
        sa.Column("source_ref", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["home_code"], ["places.code"], name=op.f("users_home_code_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
        sa.UniqueConstraint("phone", name=op.f("users_phone_key")),
        sa.UniqueConstraint("source_ref", name=op.f("users_source_ref_key")),
        sa.UniqueConstraint("username", name=op.f("users_username_key")),
    )
    op.create_index(op.f("users_home_code_idx"), "users", ["home_code"], unique=False)
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("on_kind", sa.String(length=16), nullable=False),
        sa.Column("on_ref", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("grants_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("grants_pkey")),
    )
    op.create_index(
        "grants_living_key",
        "grants",
        ["user_id", "role", "on_kind", "on_ref"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index(op.f("grants_on_kind_on_ref_role_idx"), "grants", ["on_kind", "on_ref", "role"], unique=False)
    op.create_index(op.f("grants_user_id_idx"), "grants", ["user_id"], unique=False)
    op.create_table(
        "verifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "place_code", sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("real_name", sa.String(length=60), nullable=False),
        sa.Column("building", sa.String(length=40), nullable=False),
        sa.Column("household", sa.String(length=64), nullable=False),
        sa.Column("wanted_level", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["place_code"], ["places.code"], name=op.f("verifications_place_code_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("verifications_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("verifications_pkey")),
    )
    op.create_index(
        "verifications_open_key",
        "verifications",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'needs_more')"),
        postgresql_where=sa.text("state IN ('waiting', 'needs_more')"),
    )
    op.create_index(
        op.f("verifications_state_place_code_id_idx"), "verifications", ["state", "place_code", "id"], unique=False
    )
    op.create_index(op.f("verifications_user_id_idx"), "verifications", ["user_id"], unique=False)


def downgrade():
    op.drop_index(op.f("verifications_user_id_idx"), table_name="verifications")
    op.drop_index(op.f("verifications_state_place_code_id_idx"), table_name="verifications")
    op.drop_index(
        "verifications_open_key",
        table_name="verifications",
        sqlite_where=sa.text("state IN ('waiting', 'needs_more')"),
        postgresql_where=sa.text("state IN ('waiting', 'needs_more')"),
    )
    op.drop_table("verifications")
    op.drop_index(op.f("grants_user_id_idx"), table_name="grants")
    op.drop_index(op.f("grants_on_kind_on_ref_role_idx"), table_name="grants")
    op.drop_index(
        "grants_living_key",
        table_name="grants",
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_table("grants")
    op.drop_index(op.f("users_home_code_idx"), table_name="users")
    op.drop_table("users")
    op.drop_index(op.f("sign_in_codes_phone_created_at_idx"), table_name="sign_in_codes")
    op.drop_index(op.f("sign_in_codes_address_hash_created_at_idx"), table_name="sign_in_codes")
    op.drop_table("sign_in_codes")
