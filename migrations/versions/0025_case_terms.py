"""Cases are found by the words of their titles and whereabouts, and anything by any one Chinese character of its title."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0025_case_terms"
down_revision = "0024_finding"

SOME = 2000  # rows at a time
HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(rf"([{HAN}]+)|[^\W_{HAN}]+")
STOP = frozenset([
    "the", "and", "for", "with", "that", "this", "from", "are", "was", "de", "la", "el", "les", "los", "las", "del", "dels",
    "per", "que", "una", "uns", "con", "com", "para", "por", "amb", "als", "al", "en",
])  # fmt: skip
TERM = sa.String(24).with_variant(sa.VARCHAR(24, collation="C"), "postgresql")
proposals = sa.table("proposals", sa.column("id"), sa.column("title"), sa.column("published_at"))
cases = sa.table("cases", sa.column("id"), sa.column("title"), sa.column("where"))
proposal_terms = sa.table("proposal_terms", sa.column("term"), sa.column("proposal_id"))
case_terms = sa.table("case_terms", sa.column("term"), sa.column("case_id"))


def upgrade():
    op.create_table(
        "case_terms",
        sa.Column("term", TERM, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("case_terms_case_id_fkey")),
        sa.PrimaryKeyConstraint("term", "case_id", name=op.f("case_terms_pkey")),
    )
    op.create_index("case_terms_case_id_idx", "case_terms", ["case_id"])
    op.create_index("cases_category_id_id_idx", "cases", ["category_id", "id"])
    op.execute(proposal_terms.delete())
    shown = sa.select(proposals.c.id, proposals.c.title, sa.literal("")).where(proposals.c.published_at.isnot(None))
    _write(proposal_terms, "proposal_id", shown)  # what nobody let through is found by nobody
    _write(case_terms, "case_id", sa.select(cases.c.id, cases.c.title, cases.c.where))


def _write(table, owner: str, named) -> None:
    connection = op.get_bind()
    named = connection.execute(named).all()
    for n in range(0, len(named), SOME):
        terms = [
            {"term": term, owner: ident}
            for ident, title, where in named[n : n + SOME]
            for term in _terms(f"{title} {where}")
        ]
        if terms:
            connection.execute(table.insert(), terms)


def _terms(text: str) -> list[str]:
    """The words of other scripts, every two neighbouring Chinese characters, and the last of a row of them."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    found: dict[str, None] = {}
    for match in WORD.finditer(plain):
        run, chinese = match.group(), match.group(1) is not None
        pairs = [*(run[n : n + 2] for n in range(len(run) - 1)), run[-1]] if chinese else [run]
        found.update(dict.fromkeys(term[:24] for term in pairs if chinese or term not in STOP))
    return list(found)[:200]


def downgrade():
    op.drop_index("cases_category_id_id_idx", "cases")
    op.drop_index("case_terms_case_id_idx", "case_terms")
    op.drop_table("case_terms")
