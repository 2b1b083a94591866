"""Our request: knows the path it came from (on this site only)."""

import string
from functools import cached_property
from urllib.parse import quote, urlsplit

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict

from portal.text.clean import clean


def safe_path(target: str | None) -> str | None:
    """The target as a path of this site, or None: nothing leads away from here."""
    if not target or len(target) > 2000 or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(c) < 32 for c in target):
        return None
    return target


TYPED = 600_000  # bytes of text one request may carry


class PortalRequest(Request):
    max_form_memory_size = TYPED
    max_form_parts = 300

    def __init__(self, environ, *args, **kwargs):
        asked = environ.get("QUERY_STRING", "")
        if not asked.isascii():  # bytes as they are, which need not be UTF-8; the same bytes in hexadecimal can always be read
            environ["QUERY_STRING"] = quote(asked.encode("latin-1", "replace"), safe=string.punctuation)
        super().__init__(environ, *args, **kwargs)

    @cached_property  # type: ignore[misc, override]
    def args(self):
        """The question in the address, without control characters: a database refuses them, and nobody types them."""
        given = super().args
        return (
            ImmutableMultiDict((clean(name), clean(value)) for name, value in given.items(multi=True))
            if given
            else given
        )

    @property
    def max_content_length(self) -> int | None:
        """Only a form with photos may be long: any other body is read into memory whole."""
        if self.mimetype != "multipart/form-data":
            return TYPED
        return super().max_content_length

    @property
    def referrer_path(self) -> str | None:
        """Path and query of the page this request came from, if it was one of ours."""
        if not self.referrer:
            return None
        parts = urlsplit(self.referrer)
        if parts.netloc != self.host:
            return None
        return safe_path(parts.path + (f"?{parts.query}" if parts.query else ""))
