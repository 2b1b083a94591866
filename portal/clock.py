"""What time it is. One clock for the whole portal, always aware and UTC; demo mode may move it forward."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
EVENING = time(20)
PROMPT = timedelta(hours=1)

_shift = timedelta(0)  # tests travel with this
_file: Path | None = None  # demo mode shares its shift between processes through this file
_seen: tuple[int, timedelta] = (0, timedelta(0))


def utcnow() -> datetime:
    """The present moment in UTC, moved forward by the demo clock where there is one."""
    return datetime.now(UTC) + _shift + _demo_shift()


def system_now() -> datetime:
    """What this machine's clock says, whatever the demo clock adds."""
    return datetime.now(UTC)


def today():
    """Today's date in Beijing."""
    return utcnow().astimezone(BEIJING).date()


def days_later(start: datetime, days: int) -> datetime:
    """When a period of whole days ends: at 20:00 in Beijing, after all of its days; a period of no days ends at once.

    What residents have to do never ends in the night, and pages can say "5月21日 20:00" (ux/UX.md, section 13).
    """
    if days <= 0:
        return start
    full = (start + timedelta(days=days)).astimezone(BEIJING)
    evening = datetime.combine(full.date(), EVENING, BEIJING)
    return (evening if evening >= full else evening + timedelta(days=1)).astimezone(UTC)


def counted_from(deadline: datetime, now: datetime) -> datetime:
    """What a deadline causes counts from the deadline, not from the minute in which the worker got to it; else every
    period that follows another one would end a day later (`days_later`). A worker that was away starts anew."""
    return deadline if deadline <= now <= deadline + PROMPT else now


def days_left(due: datetime | None, now: datetime) -> int:
    """Whole days until then, a begun one counts; 0 once it is over. Every page counts like this."""
    return max(0, -((now - due) // timedelta(days=1))) if due else 0


def use_demo_file(path: Path | None) -> None:
    """Let the shift (whole seconds) be read from this file; None switches the demo clock off."""
    global _file, _seen
    _file, _seen = path, (0, timedelta(0))


def move_demo_clock(by: timedelta) -> None:
    """Move the demo clock forward for every process that reads the same file. Never backward."""
    if _file is None or by < timedelta(0):
        raise ValueError("The demo clock only moves forward, and only in demo mode.")
    whole = _demo_shift() + by
    scratch = _file.with_suffix(".new")
    scratch.write_text(str(int(whole.total_seconds())))
    scratch.replace(_file)


def _demo_shift() -> timedelta:
    global _seen
    if _file is None:
        return timedelta(0)
    try:
        stamp = _file.stat().st_mtime_ns
    except FileNotFoundError:
        return timedelta(0)
    if stamp != _seen[0]:
        _seen = (stamp, timedelta(seconds=int(_file.read_text() or 0)))
    return _seen[1]


class travel:
    """For tests: `with clock.travel(days=3): …` lives three days later."""

    def __init__(self, **by):
        self.by = timedelta(**by)

    def __enter__(self):
        global _shift
        _shift += self.by

    def __exit__(self, *_):
        global _shift
        _shift -= self.by


class at:
    """`with clock.at(moment): …` lives at that moment, from which time goes on. For demo content and tests."""

    def __init__(self, moment: datetime):
        self.moment = moment

    def __enter__(self):
        global _shift
        self.before, _shift = _shift, timedelta(0)
        _shift = self.moment - utcnow()

    def __exit__(self, *_):
        global _shift
        _shift = self.before
