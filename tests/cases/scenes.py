"""A case's staff and the steps that bring it somewhere, for the tests of cases."""

import io
from datetime import timedelta
from types import SimpleNamespace

from PIL import Image

from portal.cases import service
from portal.clock import utcnow
from portal.policy import Level, Role
from portal.units.models import UnitKind
from tests import factories
from tests.factories import COMMUNITY, STREET


def photo(colour="grey") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


def staff():
    """One person for every role, two units, and a resident who reports."""
    factories.make_places()
    unit = factories.make_unit(name=f"环卫中心{next(factories.serial)}")
    other = factories.make_unit(name=f"城管委{next(factories.serial)}", trade="CM")
    community = factories.make_unit(
        name=f"居委会{next(factories.serial)}", kind=UnitKind.COMMUNITY, trade="", place_code=COMMUNITY
    )
    people = {
        "acceptor": factories.make_staff(Role.ACCEPTOR), "supervisor": factories.make_staff(Role.SHIFT_SUPERVISOR),
        "dispatcher": factories.make_staff(Role.DISPATCHER), "inspector": factories.make_staff(Role.INSPECTOR),
        "command": factories.make_staff(Role.COMMAND_LEAD), "officer": factories.make_staff(Role.UNIT_OFFICER, unit=unit),
        "other_officer": factories.make_staff(Role.UNIT_OFFICER, unit=other),
        "resident": factories.make_user(level=Level.PHONE), "stranger": factories.make_user(),
    }  # fmt: skip
    return SimpleNamespace(unit=unit, other=other, community=community, category=factories.make_category(), **people)


def reported(s, **over):
    return service.report(s.resident, **{"title": "垃圾三天没清", "description": "12 号门口", "category_id": s.category.id,
                                         "place_code": COMMUNITY, "where": "前海北沿 12 号", "uploads": [photo()]} | over)  # fmt: skip


# Each step of the straight way: action, who, what is given.
def straight(s):
    return {
        "accept": (s.acceptor, {}),
        "ask_verification": (s.acceptor, {}),
        "verify": (s.inspector, {"found": "yes", "note": "看到了"}),
        "file": (s.supervisor, {}),
        "dispatch": (s.dispatcher, {"lead_unit_id": s.unit.id}),
        "sign": (s.officer, {}),
        "report_handled": (s.officer, {"result": "已清运", "uploads": [photo("white")]}),
        "pass_inspection": (s.inspector, {"note": "干净了"}),
        "close": (s.supervisor, {"summary": "已清运并核查"}),
    }


def at(s, state, **over):
    """A case that has come as far as this state on the straight way (or one step beside it)."""
    case, steps = reported(s, **over), straight(s)
    beside = {
        "returned": ("dispatched", "return", s.officer, {"reason": "不归我们"}),
        "redispatched": ("returned", "redispatch", s.dispatcher, {"lead_unit_id": s.other.id}),
        "extension_requested": ("in_handling", "ask_extension", s.officer, {"reason": "下雪", "until": utcnow() + timedelta(days=60)}),
        "suspended": ("in_handling", "suspend", s.command, {"reason": "冬季停工", "review_at": utcnow() + timedelta(days=20)}),
        "rework": ("handled", "fail_inspection", s.inspector, {"reason": "还有垃圾"}),
    }  # fmt: skip
    side = []
    while state in beside:
        state, action, who, given = beside[state]
        side.insert(0, (action, who, given))
    for action, (who, given) in steps.items():
        if str(case.state) == state and not (state == "accepted" and case.verified is None):
            break
        case = service.move(who, case.id, action, **given)
    for action, who, given in side:
        case = service.move(who, case.id, action, **given)
    return case


__all__ = ["STREET", "at", "photo", "reported", "staff", "straight"]
