"""The search page: words in the address, results as you type where there is JavaScript."""

from flask import Blueprint, render_template
from flask_login import current_user
from wtforms import StringField

from portal.cases.numbers import has_typo, number_in
from portal.search import marking, queries
from portal.text.lazy import _l
from portal.web.forms import Query
from portal.web.guards import is_htmx, public

bp = Blueprint("search", __name__)
LONGEST = 60


class SearchForm(Query):
    """`q`: the words; `kind`: one kind of result only."""

    q = StringField(_l("Search proposals, cases and places"), default="")
    kind = StringField(default="")


@bp.get("/search")
@public
def index():
    form = SearchForm.from_request()
    query = (form.q.data or "")[:LONGEST].strip()
    kind = form.kind.data if form.kind.data in queries.KINDS else ""
    found = queries.search(query, kind, current_user) if query else {}
    words = marking.pattern(query)
    return render_template(
        "search/_results.html" if is_htmx() else "search/index.html",
        query=query, kind=kind, found=found, typo=has_typo(number_in(query)), total=sum(f.n for f in found.values()),
        capped=any(f.n > queries.COUNTED for f in found.values()),
        marked=lambda text: marking.marked(text, words), snippet=lambda text: marking.snippet(text, words),
    )  # fmt: skip
