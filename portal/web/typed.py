"""What somebody typed into a form that could not be taken: shown again, so that no word is lost."""

import re

from flask import request
from werkzeug.exceptions import HTTPException

from portal.text.clean import clean

MOST = 20_000  # characters
_NOT_WORDS = re.compile(r"[!-~]*")  # ids, keys, dates and paths: one piece, no letter beyond ASCII
_KEEP_OUT = ("csrf_token", "next", "old", "code")


def typed_words() -> str:
    """The words in this request's form, one field below the other; no passwords, codes or ids."""
    if request.method != "POST":
        return ""
    try:
        sent = list(request.form.items(multi=True))
    except HTTPException:  # too large or garbled: nothing can be read
        return ""
    words = (clean(value) for name, value in sent if name not in _KEEP_OUT and "password" not in name)
    return "\n\n".join(w for w in words if not _NOT_WORDS.fullmatch(w))[:MOST]
