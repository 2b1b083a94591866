"""Lines of an outside source, as they should be but for what a test puts into them."""

import gzip
import json

WITHOUT = object()


def comment(ident, **over):
    return _but({"id": ident, "ancestry": None, "author_id": 7, "alignment": 1, "body_html": "<p>Bona idea</p>", "likes": 2, "dislikes": 0,
                 "created_at": "09/03/2016 15:31:27", "hidden": False}, over)  # fmt: skip


def line(ident=1, **over):
    raw = {"id": ident, "code": f"BCN-{ident}", "title": "Més arbres", "summary": "Plantar arbres.", "category": "Transició ecològica",
           "subcategory": "Verd urbà i biodiversitat ", "district": "Gràcia", "scope": "district", "source": "citizen", "status": "accepted",
           "created_at": "22/01/2016", "author_id": 5, "total_votes": 17, "comments": []}  # fmt: skip
    return json.dumps(_but(raw, over))


def _but(raw, over):
    return {name: value for name, value in (raw | over).items() if value is not WITHOUT}


def written(tmp_path, *lines):
    path = tmp_path / "proposals.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"\n".join(one if isinstance(one, bytes) else one.encode() for one in lines) + b"\n")
    return path
