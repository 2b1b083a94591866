"""Who takes part, and the steps that both stories share. Every person has a browser of his own."""

from types import SimpleNamespace

from portal.categories.models import Theme
from portal.policy import Role
from portal.spaces.rules import RuleSet
from tests import factories
from tests.factories import OTHER_COMMUNITY, STREET

RULES = RuleSet(
    seconds_needed=2,
    deliberation_days=3,
    ballot_days=3,
    quorum_share=10,
    publicity_days=5,
    rating_days=5,
    review_comments=True,
)
STAFF = {
    "moderator": Role.MODERATOR, "acceptor": Role.ACCEPTOR, "supervisor": Role.SHIFT_SUPERVISOR,
    "dispatcher": Role.DISPATCHER, "inspector": Role.INSPECTOR,
}  # fmt: skip
NAMES = {
    "moderator": "社区审核", "acceptor": "受理台", "supervisor": "值班长", "dispatcher": "派遣台", "inspector": "核查员", "officer": "环卫队",
    "stone": "东屋石榴", "whistle": "鸽哨小院", "begonia": "海棠人家", "chair": "理事会召集人", "outsider": "后海晨练", "volunteer": "红袖标", "lead": "巡查队长",
}  # fmt: skip


def gather(password_hash: str) -> SimpleNamespace:
    """A community with its council, a street with its desks, a unit, a team; nobody has said or done anything yet."""

    def user(name, **over):
        return factories.make_user(username=name, display_name=NAMES[name], password_hash=password_hash, **over)

    factories.make_places()
    unit = factories.make_unit(name="西城区环卫中心", trade="SAN")
    factories.make_category(
        name="非机动车乱停放",
        name_en="Misparked bicycles",
        identifier="bike_misparked",
        theme=Theme.TRAFFIC,
        lead_trades=["SAN"],
    )
    factories.make_category(
        name="堆物堆料", name_en="Piled-up clutter", identifier="clutter_piled", lead_trades=["SAN"]
    )
    factories.make_category(name="其他事项", name_en="Something else", identifier="other_matter", lead_trades=["SAN"])
    space = factories.make_space(rules=RULES, name="前海社区理事会", purpose="一起商量前海社区的大事小情。")
    for name, role in STAFF.items():
        factories.make_grant(user(name, home=None, level=1), role, place=STREET)
    factories.make_grant(user("officer", home=None, level=1), Role.UNIT_OFFICER, unit=unit)
    for name in ("stone", "whistle", "begonia", "chair", "volunteer", "lead"):
        user(name)
    user("outsider", home=OTHER_COMMUNITY)
    brand = factories.make_brand(
        name="西城大妈", slug="xicheng_aunties", about="红袖标走街串巷。", about_en="Red armbands in the lanes."
    )
    team = factories.make_team(brand, name="前海队")
    factories.make_grant(
        factories.db.Session().query(factories.User).filter_by(username="lead").one(), Role.TEAM_LEAD, team=team
    )
    factories.db.Session.remove()
    return SimpleNamespace(space=space.id, unit=unit.name, team=team.id, team_name=team.name)


def becomes_resident(walk, moderator, phone: str):
    """Somebody new: a phone, a code, a community, a wish, and a person at the desk who has seen a paper."""
    person = walk.person("newcomer")
    person.open("/")
    person.open("/sign-in")
    person.fill("Phone number", phone)
    person.press("Send a code")
    person.fill("Sign-in code", walk.server.code_for(phone))
    person.press("Sign in", status=422)  # a new phone: the page asks to read what that means
    person._field("I have read what is kept about me and the rules of discussion.").check()
    person.press("Sign in")
    person.open("/verify")
    person.follow("Choose my community")
    if walk.js:
        person._field("Name of your community").press_sequentially("前海")
        person.page.get_by_role("button", name=person.t("Choose %(place)s", place=place_name(walk))).wait_for()
    else:
        person.fill("Name of your community", "前海")
        person.press("Find")
    person.press("Choose %(place)s", place=place_name(walk))
    person.press("Send to the desk", status=422)  # nothing filled in: the page says what is missing
    person.fill("Your name as on your papers", "石小榴")
    person.fill("Building, courtyard or lane", "前海北沿 12 号")
    person.fill("Household", "12-1")
    person.press("Send to the desk")
    person.sees("Waiting to be confirmed")
    walk.server.work()
    moderator.open("/staff/")
    moderator.open("/staff/residents")
    moderator.read("石小榴")
    moderator.choose("Confirmed resident")
    moderator.pick("Which paper have you seen?", moderator.t("Lease"))
    moderator.press("Confirm")
    moderator.sees("Written down. The person gets a message.")
    walk.server.work()
    person.open("/verify")
    person.sees("You are a confirmed resident. You vote, and you may represent your neighbours.")
    person.open("/notifications/")
    return person


def place_name(walk) -> str:
    return "前海社区" if walk.language == "zh" else "Qianhai"


def case_is_closed(walk, desks, number: str, unit: str, picture: bytes) -> None:
    """Five people at five desks take a case from the first look to the end; the unit proves its work with a photo."""

    def at(name, action=None):
        person = desks[name]
        person.open("/staff/cases")
        person.open(f"/staff/cases/{number}" + (f"?do={action}" if action else ""))
        return person

    at("acceptor").press("Take in")
    at("supervisor", "file").press("File")
    dispatcher = at("dispatcher")
    dispatcher.pick("Which unit leads", dispatcher.t("%(unit)s (usual)", unit=unit))
    dispatcher.fill("To the residents", "明天上午派人到现场。")
    dispatcher.press("Dispatch")
    at("officer").press("Sign for it")
    walk.server.later(hours=3)
    officer = at("officer", "report_handled")
    officer.press("Report it handled", status=422)  # the table asks for a result
    officer.fill("What was done", "清走了杂物，划了六个车位。")
    officer.attach("Photos of how it looks now", picture)
    officer.fill("What the photo shows", "西街口空出来了")
    officer.press("Report it handled")
    inspector = at("inspector", "pass_inspection")
    inspector.fill("What was seen on the spot", "现场看过，轮椅能过。")
    inspector.press("Inspection passed")
    inspector.open(f"/staff/cases/{number}")  # who inspected does not close
    supervisor = at("supervisor", "close")
    supervisor.fill("How it ended", "已办结，照片在案。")
    supervisor.press("Close")
    supervisor.sees("Check: %(step)s", step=supervisor.t("Close"))
    supervisor.press("Close")
    walk.server.work()
