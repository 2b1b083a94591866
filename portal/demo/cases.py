"""The stories of patrols and cases: findings that became cases, and a case at every desk."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from portal.accounts.models import User
from portal.cases import service
from portal.cases.models import Case
from portal.cases.states import CaseSource
from portal.clock import utcnow
from portal.demo.cast import HOUHAI, LIUYIN, QIANHAI, XIJIE, Cast
from portal.demo.matters import handle
from portal.demo.pictures import lane
from portal.patrols import service as patrols

Story = Iterator[float]
TEN = {str(n): "ok" for n in range(1, 11)}


def stories(cast: Cast) -> list[Story]:
    """Every story of this module, not yet begun."""
    told = [
        fixed_litter(cast), *(quiet_patrol(cast, days, team, lead, who, lane_name) for days, team, lead, who, lane_name in (
            (20.0, "aunties", cast.teamlead, cast.volunteer, "前海北沿"), (14.0, "stewards", cast.teamlead, cast.volunteer, "白米斜街"),
            (9.0, "aunties", cast.teamlead, cast.neighbours[QIANHAI][5], "前海南沿"), (4.0, "aunties", cast.teamlead, cast.volunteer, "前海西街"),
            (11.0, "dashilar", cast.neighbours[XIJIE][0], cast.neighbours[XIJIE][1], "大栅栏西街"),
        )), waiting_patrol(cast), returned_patrol(cast),
    ]  # fmt: skip
    return told + [desk(cast, *row) for row in DESKS]


DESKS = (
    # days ago, title, text, category, where, place, trade, stops at, picture
    (0.03, "前海南沿垃圾桶满溢", "两天没清运，桶外堆了五袋。", "exposed_litter", "前海南沿 4 号", QIANHAI, "SAN", "reported", "litter"),
    (0.08, "白米斜街路灯不亮", "三盏连着不亮。", "street_lamp", "白米斜街 21 号", QIANHAI, "CM", "accepted", "dark"),
    (0.5, "后海北沿步道积水", "下雨后积水过脚面。", "road_flooding", "后海北沿 12 号", HOUHAI, "WA", "verifying", "puddle"),
    (0.48, "柳荫街健身器材螺丝脱落", "扭腰器座板松了。", "fitness_equipment", "柳荫街小花园", LIUYIN, "ST", "filed", "rail"),
    (2.0, "前海西街非机动车占便道", "便道停满，行人走机动车道。", "bike_misparked", "前海西街南口", QIANHAI, "ST", "dispatched", "bikes"),
    (6.0, "鸦儿胡同口小广告", "电箱和墙面贴满。", "illegal_posters", "鸦儿胡同东口", HOUHAI, "ST", "in_handling", "boxes"),
    (3.0, "前海北沿堆放旧家具", "两个旧沙发放了一周。", "dumped_furniture", "前海北沿 27 号", QIANHAI, "SAN", "handled", "boxes"),
    (5.0, "柳荫街路名牌歪斜", "被车刮歪，快掉了。", "street_name_plate", "柳荫街北口", LIUYIN, "CM", "inspecting", "rail"),
    (0.45, "鸦儿胡同树枝压着线", "大风以后断枝搭在线上，一刮风就晃。", "street_tree", "鸦儿胡同 16 号门前", HOUHAI, "GR", "returned", "wires"),
    (2.2, "后海小花园单杠晃动", "立柱底下松了，一拉就晃。", "fitness_equipment", "后海小花园", HOUHAI, "ST", "extension_requested", "rail"),
    (9.0, "柳荫街路面沉陷", "井边的路面沉下去一块，骑车颠得厉害。", "road_damage", "柳荫街 12 号门前", LIUYIN, "RD", "suspended", "puddle"),
    (12.0, "前海南沿道路破损", "坑有十厘米深。", "road_damage", "前海南沿 9 号", QIANHAI, "RD", "closed", "puddle"),
    (24.0, "白米斜街暴露垃圾", "装修垃圾三天没人管。", "exposed_litter", "白米斜街 33 号", QIANHAI, "SAN", "closed", "litter"),
)  # fmt: skip


class Aside(NamedTuple):
    """A state beside the straight way: after which one, and who leads there by which move."""

    after: str
    who: User
    action: str
    given: Callable[[Case], dict[str, Any]]


def _asides(cast: Cast) -> dict[str, Aside]:
    return {
        "returned": Aside("dispatched", cast.officer, "return", lambda case: {"reason": "压着的是通信线，要线缆单位先断开，不归园林。"}),
        "extension_requested": Aside("in_handling", cast.officer, "ask_extension", lambda case: {
            "reason": "立柱要按尺寸定做，厂家答复还要一周。", "until": case.due_at + timedelta(days=7)}),
        "suspended": Aside("in_handling", cast.admin, "suspend", lambda case: {
            "reason": "同一段正在换地下管线，路面等管线完工一并修复，先铺了钢板。", "review_at": utcnow() + timedelta(days=21)}),
    }  # fmt: skip


def desk(cast: Cast, days, title, text, category, where, place, trade, stop, picture) -> Story:
    """A resident's report that stands at one desk."""
    yield days
    reporter = cast.neighbours[place][-1] if title != "前海南沿道路破损" else cast.resident
    case = service.report(
        reporter, title=title, description=text, category_id=cast.categories[category].id, place_code=place, where=where,
        source=CaseSource.RESIDENT, uploads=[lane(picture, seed=len(title))], alts=[title],
    )  # fmt: skip
    if stop == "reported":
        return
    steps = (
        ("accepted", cast.acceptor, "accept", {}),
        ("verifying", cast.acceptor, "ask_verification", {}),
        ("verified", cast.inspector, "verify", {"found": True, "note": "现场属实。"}),
        ("filed", cast.dispatcher, "file", {}),
        ("dispatched", cast.dispatcher, "dispatch", {"lead_unit_id": cast.units[trade].id}),
        ("in_handling", cast.officer, "sign", {}),
        ("handled", cast.officer, "report_handled", {"result": "已办理，现场已恢复。", "uploads": [lane("bins", seed=case.id)]}),
        ("inspecting", cast.inspector, "pass_inspection", {"note": "到现场看过，与反馈一致。"}),
        ("closed", cast.dispatcher, "close", {"summary": "核查一致，结案。"}),
    )  # fmt: skip
    aside = _asides(cast).get(stop)
    for state, who, action, given in steps:
        days *= 0.93
        yield days
        case = service.move(who, case.id, action, **given)
        if state == (aside.after if aside else stop):
            break
    if aside:
        yield days * 0.93
        service.move(aside.who, case.id, aside.action, **aside.given(case))


def quiet_patrol(cast: Cast, days, team, lead, who, lane_name) -> Story:
    """A patrol on which everything was settled on the spot, confirmed by the team lead."""
    yield days
    patrol = patrols.start(who, cast.teams[team].id, lane_name, who.home_code, 1, None)
    patrols.add_finding(who, patrol.id, item=None, category_id=cast.categories["bike_misparked"].id, where=f"{lane_name}口", note="两辆车挡着盲道，已挪开。",
                        outcome="on_the_spot", uploads=[lane("tidy_bikes", seed=patrol.id)], alts=["挪开以后的盲道"], client_key=None)  # fmt: skip
    yield days - 0.06
    patrols.finish(who, patrol.id, TEN, ["returned", "persuaded"], "一路顺利，和三户打了招呼。")
    yield days - 0.4
    patrols.move(lead, patrol.id, "confirm")


def fixed_litter(cast: Cast) -> Story:
    """A finding that became a case and was closed: the volunteer's chain from end to end."""
    yield 28.0
    patrol = patrols.start(cast.volunteer, cast.teams["aunties"].id, "前海北沿", QIANHAI, 2, None)
    finding = patrols.add_finding(
        cast.volunteer, patrol.id, item=10, category_id=cast.categories["clutter_piled"].id, where="前海北沿 21 号门前", note="建筑垃圾堆了半条路，占着盲道。",
        outcome="open", uploads=[lane("boxes", "litter", seed=9)], alts=["门前堆着建筑垃圾"], client_key=None,
    )  # fmt: skip
    yield 27.95
    patrols.finish(cast.volunteer, patrol.id, TEN | {"10": "problem"}, ["persuaded"], "劝过一次，没人认，已拍照。")
    yield 27.5
    patrols.move(cast.teamlead, patrol.id, "confirm")
    case = service.from_finding(cast.volunteer, finding.id)
    at = 27.0
    for _ in handle(cast, case, trade="SAN", result="清走一车建筑垃圾，盲道已通。", after=("bins",)):
        yield at
        at -= 0.4
    yield 20.0
    service.rate(cast.volunteer, case.id, "satisfied", "第二天就清了。")


def waiting_patrol(cast: Cast) -> Story:
    """Submitted this morning; waits for the team lead. Its finding is still open."""
    yield 0.2
    patrol = patrols.start(cast.volunteer, cast.teams["stewards"].id, "前海西街", QIANHAI, 0, None)
    patrols.add_finding(cast.volunteer, patrol.id, item=8, category_id=cast.categories["road_damage"].id, where="前海西街 16 号门口", note="方砖碎了三块，有人绊过。",
                        outcome="open", uploads=[lane("puddle", seed=5)], alts=["碎了的方砖和积水"], client_key=None)  # fmt: skip
    yield 0.12
    patrols.finish(cast.volunteer, patrol.id, TEN | {"8": "problem"}, ["visited"], "访了两户，都说起这块砖。")


def returned_patrol(cast: Cast) -> Story:
    """The team lead asks for more: it is the volunteer's turn again."""
    who = cast.neighbours[QIANHAI][6]
    yield 2.4
    patrol = patrols.start(who, cast.teams["aunties"].id, "白米斜街", QIANHAI, 1, None)
    patrols.add_finding(who, patrol.id, item=8, category_id=cast.categories["road_damage"].id, where="白米斜街中段", note="路面裂了一道缝。",
                        outcome="open", uploads=[lane("puddle", seed=6)], alts=["路面上的裂缝"], client_key=None)  # fmt: skip
    yield 2.34
    patrols.finish(who, patrol.id, TEN | {"8": "problem"}, ["visited"], "路面要修。")
    yield 1.7
    patrols.move(cast.teamlead, patrol.id, "return", reason="看不出是哪一段，请写明靠近几号门，再补一张远一点的照片。")
