"""What every template may count on: the `ui` object, filters, `asset()`."""

import hashlib
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, request, url_for
from flask.templating import Environment
from flask_login import current_user
from jinja2 import FileSystemBytecodeCache
from markupsafe import Markup, escape

from portal import clock
from portal.clock import BEIJING
from portal.text.lazy import gettext, ngettext
from portal.text.lengths import how_long
from portal.text.terms import pieces
from portal.web.language import LANGUAGES, language

_providers: dict[str, object] = {}


def provides(name: str):
    """Register what a feature puts into `ui` (unread, place, …): `f(actor) -> value`, called once when first used."""

    def register_provider(function):
        _providers[name] = function
        return function

    return register_provider


class Ui:
    """Where we are, in which language, for whom. Costs nothing until a template asks."""

    def __init__(self):
        self.lang = language()
        self.html_lang = LANGUAGES[self.lang][1]
        self.root = "/en" if self.lang == "en" else ""
        self.elder = request.cookies.get("elder") == "1"
        theme = request.cookies.get("theme", "light")
        self.theme = theme if theme in ("light", "dark", "auto") else "light"
        self.path = request.full_path.rstrip("?")
        self.demo = current_app.config["PORTAL"].demo
        self.help_phone = current_app.config["PORTAL"].help_phone
        self.nav = NAV.get(request.blueprint or "", "")

    @property
    def now(self):
        return clock.utcnow()

    @property
    def other_lang_url(self) -> str:
        return self.path if self.lang == "en" else "/en" + self.path

    @property
    def other_lang_name(self) -> str:
        return LANGUAGES["zh" if self.lang == "en" else "en"][2]

    @property
    def elder_url(self) -> str:
        return url_for("home.elder", on=0 if self.elder else 1, next=self.root + self.path)

    def __getattr__(self, name):
        if name not in _providers:
            return None
        value = _providers[name](current_user)
        setattr(self, name, value)
        return value


NAV = {
    "home": "home", "places": "home", "spaces": "spaces", "conversations": "spaces", "proposals": "proposals",
    "ballots": "proposals", "trace": "proposals", "brands": "brands", "patrols": "brands", "cases": "cases",
    "staff": "staff", "accounts": "me", "notifications": "me", "front": "home",
}  # fmt: skip


def day(value: datetime, beside: datetime | None = None) -> str:
    """5月21日 / 21 May; with the year when it is another one, or that of the day it stands `beside` is."""
    return _day(value.astimezone(BEIJING), language(), beside)


def moment(value: datetime, beside: datetime | None = None) -> str:
    """5月21日 20:00 / 21 May, 20:00"""
    local, spoken = value.astimezone(BEIJING), language()
    return f"{_day(local, spoken, beside)}{'' if spoken == 'zh' else ','} {local:%H:%M}"


def _day(local: datetime, spoken: str, beside: datetime | None) -> str:
    years = {local.year, beside.astimezone(BEIJING).year if beside else local.year}
    year = "" if years == {clock.today().year} else local.year
    if spoken == "zh":
        return f"{year}年{local.month}月{local.day}日" if year else f"{local.month}月{local.day}日"
    return f"{local.day} {local:%b} {year}".rstrip()


def ago(value) -> str:
    """3 小时前 / 3 hours ago; from a week on, the day."""
    minutes = int((clock.utcnow() - value).total_seconds() // 60)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", minutes)
    if minutes < 24 * 60:
        return ngettext("%(num)s hour ago", "%(num)s hours ago", minutes // 60)
    if minutes < 7 * 24 * 60:
        return ngettext("%(num)s day ago", "%(num)s days ago", minutes // (24 * 60))
    return day(value)


def phrases(title) -> Markup:
    """The clauses of a heading, each kept together when the line breaks; where it does not fit, it breaks between words."""
    out, piece = [], ""
    for c in str(title):
        piece += c
        if c in "，：；、,:;":
            out.append(piece)
            piece = ""
    out.append(piece)
    if len(out) == 1 and str(title).isascii():
        return escape(title)
    return Markup("").join(Markup('<span class="phrase">{}</span>').format(_between_words(p)) for p in out if p)


def _between_words(clause: str) -> Markup:
    """Where a Chinese line may break: between words of two characters and more, to which single ones are joined; never before a
    mark, nor between a number and what it counts."""
    out, together = Markup(""), ""
    for word in pieces(clause):
        if len(word) > 1 < len(together) and _is_chinese(word[0]) and _is_chinese(together[-1]):
            out, together = out + Markup("<wbr>"), ""
        out, together = out + word, together + word
    return out


def _is_chinese(c: str) -> bool:
    return "\u3400" <= c <= "\u9fff"


def as_written(text):
    """A name or title as residents wrote it; on an English page what is Chinese says so, for those who are read to."""
    if language() == "zh" or not isinstance(text, str) or hasattr(text, "__html__"):
        return text
    chinese = sum(map(_is_chinese, text))
    return Markup('<span lang="zh-CN">{}</span>').format(text) if 2 * chinese > len(text.strip()) else text


def iso(at: datetime) -> str:
    return at.astimezone(BEIJING).isoformat(timespec="seconds")


def asset(name: str) -> str:
    """The URL of a file under static/dist, with its hash, so that it can be kept for ever."""
    return _asset(current_app.static_folder, name)


@lru_cache(maxsize=64)
def _asset(folder: str, name: str) -> str:
    path = Path(folder) / "dist" / name
    stamp = hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.exists() else "missing"
    return f"/static/dist/{name}?v={stamp}"


class Templates(Environment):
    """Templates whose globals are all there before the first one is loaded: each gets a plain copy, which an import compares with
    its own in a tenth of the time that a chain of dictionaries takes."""

    def make_globals(self, d):
        return {**self.globals, **(d or {})}


def keep_compiled(app: Flask, folder: Path) -> None:
    """Let templates be compiled once and loaded from then on, by whichever process comes first. A folder that cannot be written
    costs each process the time."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        app.jinja_env.bytecode_cache = _Compiled(str(folder))


class _Compiled(FileSystemBytecodeCache):
    """What cannot be kept (a full disk, a folder of somebody else's) is compiled again next time."""

    def dump_bytecode(self, bucket):
        with suppress(OSError):
            super().dump_bytecode(bucket)


def register(app: Flask) -> None:
    keep_compiled(app, app.config["PORTAL"].data_dir / "cache" / "templates")
    app.jinja_env.globals.update(asset=asset)
    app.jinja_env.filters.update(
        as_written=as_written, day=day, moment=moment, ago=ago, how_long=how_long, phrases=phrases, iso=iso, rich=lambda html: Markup(html or ""),
        number=lambda n: f"{n:,}",
    )  # fmt: skip

    @app.context_processor
    def _ui():
        return {"ui": Ui()}
