"""Sending a short message: to the console, into a file (demo and tests), or through an HTTP gateway.

Sent while the person waits, after the code is stored: a failure is told at once, and no plain code lies in a queue.
"""

import base64
import http.client
import json
import logging
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from portal import clock
from portal.errors import PortalError
from portal.text.lazy import _l

log = logging.getLogger("portal.sms")
TIMEOUT = 5  # seconds

_url = "console:"


class NotSent(PortalError):
    """The gateway did not take the message; worth another try in a minute."""

    status = 503


def use(url: str) -> None:
    """Where messages go from now on: `console:`, `file:///path`, `http(s)://user:key@host/path?to={phone}&text={text}`."""
    global _url
    _url = url


def send_code(phone: str, code: str, minutes: int) -> None:
    """Send a one-time code. Raises NotSent with a sentence."""
    text = str(_l("%(code)s is your code for the Co-governance Portal. Valid for %(minutes)s minutes. "
                  "We never ask you for it.", code=code, minutes=minutes))  # fmt: skip
    values = {"phone": phone, "code": code, "minutes": str(minutes), "text": text}
    scheme = urlsplit(_url).scheme
    if scheme == "file":
        _write(Path(unquote(urlsplit(_url).path)), values, clock.utcnow())
    elif scheme in ("http", "https"):
        _post(_url, values)
    else:
        log.warning("SMS to %s: %s", phone, text)


def _write(path: Path, values: dict, at: datetime) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"at": at.isoformat(), **values}, ensure_ascii=False) + "\n")


def _post(url: str, values: dict) -> None:
    """JSON whose names and values are those of the URL's query, with {phone}, {code}, {minutes} and {text} filled in."""
    parts = urlsplit(url)
    wanted = parse_qsl(parts.query, keep_blank_values=True) or [("phone", "{phone}"), ("text", "{text}")]
    body = {name: _filled(value, values) for name, value in wanted}
    headers = {"Content-Type": "application/json", "User-Agent": "portal"}
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    bare = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path or "/", "", ""))
    request = urllib.request.Request(bare, json.dumps(body, ensure_ascii=False).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            answer.read(1000)
    except (urllib.error.URLError, http.client.HTTPException, OSError) as problem:
        log.error("SMS gateway at %s failed: %s", parts.hostname, type(problem).__name__)
        raise NotSent(
            _l("The message could not be sent just now. Try again in a minute, or ask at the community desk.")
        ) from None


def _filled(template: str, values: dict) -> str:
    for name, value in values.items():
        template = template.replace("{" + name + "}", value)
    return template
