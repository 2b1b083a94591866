"""Official places are found by their terms: all ways their names and their pinyin end, and their first letters. Whether a thing has
a term is read from an index alone."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0026_place_terms"
down_revision = "0025_case_terms"

RANKS = ["community", "street", "district", "city"]
SYLLABLE = re.compile(
    r"[A-Z]|(?:[zcs]h|(?<![zcsZCS])h|[^\W\d_A-Zhaeiouv])(?=[aeiouv])|(?<=['\u2019])[aeo]|(?<!\d)\d"
)
FOUND_BY = ["level", "retired_at", "name", "spelled", "initials", "code"]
OWNERS = {"proposal_terms": "proposal_id", "case_terms": "case_id"}
LONGEST, SOME = 24, 1000
CODE = sa.String(LONGEST).with_variant(sa.VARCHAR(LONGEST, collation="C"), "postgresql")
places = sa.table(
    "places", *(sa.column(name) for name in ("code", "level", "name", "pinyin", "spelled", "initials", "retired_at"))
)
place_terms = sa.table("place_terms", sa.column("term"), sa.column("rank"), sa.column("place_code"))


def upgrade():
    op.create_table(
        "place_terms",
        sa.Column("term", CODE, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("place_code", CODE, nullable=False),
        sa.ForeignKeyConstraint(["place_code"], ["places.code"], name=op.f("place_terms_place_code_fkey")),
        sa.PrimaryKeyConstraint("term", "rank", "place_code", name=op.f("place_terms_pkey")),
    )
    op.create_index("place_terms_place_code_term_idx", "place_terms", ["place_code", "term"])
    connection, named = op.get_bind(), places.c.level.in_(RANKS) & places.c.retired_at.is_(None)
    found = connection.execute(
        sa.select(*(places.c[name] for name in ("code", "level", "name", "pinyin", "initials"))).where(named)
    ).all()
    for n in range(0, len(found), SOME):
        connection.execute(place_terms.insert(), [row for place in found[n : n + SOME] for row in _rows(*place)])
    for table, owner in OWNERS.items():
        op.drop_index(f"{table}_{owner}_idx", table)
        op.create_index(f"{table}_{owner}_term_idx", table, [owner, "term"])
    op.drop_index("places_found_by_idx", "places")
    with op.batch_alter_table("places") as table:
        table.drop_column("spelled")


def _rows(code: str, level: str, name: str, pinyin: str, initials: str) -> list[dict]:
    name, spelled = _fold(name), _typed(pinyin)
    inside = [name[n:] for n in range(1, len(name))]
    inside += [_typed(pinyin[syllable.start() :]) for syllable in SYLLABLE.finditer(pinyin, 1)]
    first = 2 * RANKS.index(level)
    ranks = {term[:LONGEST]: first + 1 for term in inside}
    ranks |= {term[:LONGEST]: first for term in (name, spelled, initials)}
    return [{"term": term, "rank": rank, "place_code": code} for term, rank in ranks.items() if term]


def _typed(pinyin: str) -> str:
    return _fold(pinyin).replace("'", "").replace("\u2019", "")


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def downgrade():
    for table, owner in OWNERS.items():
        op.drop_index(f"{table}_{owner}_term_idx", table)
        op.create_index(f"{table}_{owner}_idx", table, [owner])
    rebuild = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    with op.batch_alter_table("places", recreate=rebuild) as table:
        table.add_column(sa.Column("spelled", sa.String(length=160), nullable=False, server_default=""))
    plain = sa.func.replace(sa.func.replace(sa.func.lower(places.c.pinyin), "'", ""), "\u2019", "")
    op.execute(places.update().values(spelled=plain))
    with op.batch_alter_table("places", recreate=rebuild) as table:
        table.alter_column("spelled", existing_type=sa.String(length=160), server_default=None)
    op.create_index("places_found_by_idx", "places", FOUND_BY)
    op.drop_index("place_terms_place_code_term_idx", "place_terms")
    op.drop_table("place_terms")
