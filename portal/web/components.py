"""The smallest components: what lists draw so often that a macro would cost more than what it draws. The others are in templates/components."""

from datetime import datetime, timedelta
from functools import lru_cache

from flask import Flask
from markupsafe import Markup, escape

from portal import clock
from portal.text.lazy import gettext, ngettext
from portal.web.context import ago, asset, day, iso, moment
from portal.web.language import language


def when(at, style: str = "day") -> Markup | str:
    """A moment as <time>, in the words of `style`: day, moment or ago. Ready text stays as it is, nothing stays nothing."""
    if not isinstance(at, datetime):
        return at or ""
    if style == "ago":
        return _time(at, ago(at))
    return _when(at, style, language(), clock.today().year)


@lru_cache(maxsize=4096)
def _when(at: datetime, style: str, _spoken: str, _year: int) -> Markup:
    return _time(at, moment(at) if style == "moment" else day(at))


def from_to(start, end, style: str = "day") -> Markup | str:
    """A span in the words of `style`: a day that both ends share is said once, and the year of one is said of both."""
    if not (isinstance(start, datetime) and isinstance(end, datetime)):
        first, last = when(start, style), when(end, style)
    elif iso(start)[:10] != iso(end)[:10]:
        say = moment if style == "moment" else day
        first, last = _time(start, say(start, end)), _time(end, say(end, start))
    elif style == "moment":
        first, last = when(start, style), _time(end, iso(end)[11:16])
    else:
        return when(start)
    return Markup(escape(gettext("%(start)s to %(end)s"))) % {"start": first, "end": last}


def _time(at: datetime, said: str) -> Markup:
    return Markup(f'<time datetime="{iso(at)}">{escape(said)}</time>')


def icon(name: str, large: bool = False) -> Markup:
    """An icon of the sprite; it never stands without a word."""
    return _icon(asset("icons.svg"), name, large)


@lru_cache(maxsize=512)
def _icon(sprite: str, name: str, large: bool) -> Markup:
    size = " icon-lg" if large else ""
    return Markup('<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>').format(
        size, sprite, name
    )


def state(label, tone: str = "", icon: str = "") -> Markup:
    """A state as a word with its tone ('' info now notice good done alert live) and the name of its icon."""
    return _state(escape(label), tone, icon, asset("icons.svg"))


@lru_cache(maxsize=1024)
def _state(label: Markup, tone: str, icon: str, sprite: str) -> Markup:
    toned = f" state-{tone}" if tone and tone != "neutral" else ""
    return Markup('<span class="state{}">{}{}</span>').format(toned, _icon(sprite, icon, False) if icon else "", label)


@lru_cache(maxsize=1024)
def avatar(name: str | None) -> Markup:
    """The first character of a name in a circle; hidden from those who are read to, as the name stands beside it."""
    mark = (name or "?")[0].upper()
    tone = "abcde"[mark.encode("utf-8", "replace")[-1] % 16 % 5]
    return Markup('<span class="face face-{}" aria-hidden="true">{}</span>').format(tone, mark)


def time_left(due: datetime | None, now: datetime) -> Markup | str:
    """How long there is still time: in days, on the last one until when; nothing once it is over."""
    if due is None or due <= now:
        return ""
    if due - now >= timedelta(days=1):
        return ngettext("%(num)s day left", "%(num)s days left", clock.days_left(due, now))
    return Markup(escape(gettext("closes %(at)s"))) % {"at": when(due, "moment")}


def trace_mini(at: int, total: int = 9, label="", stopped: bool = False) -> Markup:
    """How far along its thread a matter is, as the short line of a list: `at` 1…`total` (2…12), `label` the station's name."""
    return _trace_mini(language(), at, total, str(label), stopped)


@lru_cache(maxsize=1024)
def _trace_mini(_spoken: str, at: int, total: int, label: str, stopped: bool) -> Markup:
    line = Markup('<span class="trace-mini{}" data-at="{}" data-of="{}" role="img" aria-label="{}"></span>').format(
        " is-stopped" if stopped else "", at, total, gettext("Step %(at)s of %(total)s", at=at, total=total)
    )
    name = Markup("<span>{}</span>").format(gettext("Step %(at)s: %(name)s", at=at, name=label)) if label else ""
    return Markup('<span class="trace-note">{}{}</span>').format(line, name)


def register(app: Flask) -> None:
    app.jinja_env.globals.update(
        when=when, from_to=from_to, icon=icon, state=state, avatar=avatar, time_left=time_left, trace_mini=trace_mini
    )
