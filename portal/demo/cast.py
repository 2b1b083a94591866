"""The people, rooms and teams of the demo. Invented names for real places; nobody is meant."""

from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from portal import audit, db
from portal.accounts import passwords
from portal.accounts.models import User
from portal.accounts.service import give
from portal.brands.models import Brand, Team
from portal.categories.models import Category
from portal.clock import utcnow
from portal.demo.accounts import PASSWORD
from portal.places import counts
from portal.places.codes import CITY
from portal.policy import SYSTEM, Level, Role
from portal.spaces.models import RuleVersion, Space, SpaceKind
from portal.spaces.rules import Electorate, Majority, Results, RuleSet, WhoWrites
from portal.units.models import Unit

QIANHAI, HOUHAI, LIUYIN = "110102012035", "110102012026", "110102012012"
XIJIE, SANJING, TIESHU = "110102013004", "110102013003", "110102013006"
JUER = "110101003008"
SHICHAHAI, DASHILAR, JIAODAOKOU = "110102012", "110102013", "110101003"
XICHENG = "110102"

FIRST = (
    "槐树",
    "石榴",
    "鸽哨",
    "海棠",
    "葫芦",
    "青砖",
    "月季",
    "竹帘",
    "影壁",
    "门墩",
    "茶缸",
    "柿子",
    "蒲扇",
    "枣树",
    "房檐",
    "蝈蝈",
)
SECOND = ("下", "小院", "邻居", "人家", "胡同口", "老街坊", "北房", "晨练", "东屋", "遛弯")

ACCOUNTS = {
    # username: (display name, home, building)
    "resident": ("槐树下的街坊", QIANHAI, "前海北沿"),
    "neighbour": ("东屋石榴", QIANHAI, "前海南沿"),
    "chair": ("理事会召集人", QIANHAI, "白米斜街"),
    "volunteer": ("红袖标", QIANHAI, "前海北沿"),
    "teamlead": ("巡查队长", QIANHAI, "前海西街"),
    "moderator": ("社区审核", HOUHAI, ""),
    "acceptor": ("街道受理台", HOUHAI, ""),
    "dispatcher": ("街道派遣台", HOUHAI, ""),
    "officer": ("环卫作业队", HOUHAI, ""),
    "inspector": ("街道核查员", HOUHAI, ""),
    "admin": ("门户管理员", None, ""),
}  # fmt: skip


@dataclass
class Cast:
    """Who and what the stories are about."""

    people: dict[str, User] = field(default_factory=dict)
    neighbours: dict[str, list[User]] = field(default_factory=dict)  # by community
    spaces: dict[str, Space] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)

    def __getattr__(self, name):
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    @classmethod
    def assemble(cls, progress: Callable[[str], None]) -> "Cast":
        """Create everybody and everything, and give out the roles."""
        cast = cls()
        progress("people")
        with db.transaction() as session:
            cast.categories = {c.identifier: c for c in session.scalars(sa.select(Category))}
            units = session.scalars(sa.select(Unit).where(Unit.place_code.in_((XICHENG, SHICHAHAI)), Unit.trade != ""))
            cast.units = {u.trade: u for u in units}
            cast._people(session)
            cast._neighbours(session)
            cast._spaces(session)
            cast._teams(session)
            cast._roles(session)
        for user in [*cast.people.values(), *(u for group in cast.neighbours.values() for u in group)]:
            db.Session().refresh(user, ["grants"])
        return cast

    def _people(self, session):
        hashed = passwords.make(PASSWORD)
        for username, (name, home, building) in ACCOUNTS.items():
            self.people[username] = self._settle(session, username=username, password_hash=hashed, display_name=name,
                                                 home_code=home, building=building)  # fmt: skip
        self.people["newcomer"] = self._settle(session, display_name="新搬来的", home_code=None, building="")

    def _neighbours(self, session):
        names = (f"{first}{second}" for second in SECOND for first in FIRST)
        for code, many, lanes in (
            (QIANHAI, 34, ("前海北沿", "前海南沿", "前海西街", "白米斜街")),
            (HOUHAI, 18, ("后海北沿", "鸦儿胡同")),
            (LIUYIN, 12, ("柳荫街",)),
            (XIJIE, 24, ("大栅栏西街", "煤市街")),
            (SANJING, 12, ("三井胡同",)),
            (TIESHU, 12, ("铁树斜街",)),
            (JUER, 16, ("菊儿胡同",)),
        ):
            self.neighbours[code] = [
                self._settle(session, display_name=next(names), home_code=code, building=lanes[n % len(lanes)])
                for n in range(many)
            ]

    def _settle(self, session, **values) -> User:
        resident = values.get("home_code") is not None
        user = User(
            level=Level.RESIDENT if resident else Level.REAL_NAME,
            resident_since=utcnow() if resident else None,
            **values,
        )
        session.add(user)
        session.flush()
        if resident:
            counts.moved(session, "resident", user.home_code, None, "resident")
        audit.record(session, SYSTEM, "user.demo", ("user", user.id))
        return user

    def _spaces(self, session):
        council = RuleSet(who_writes=WhoWrites.RESIDENTS, seconds_needed=3, gather_days=30, deliberation_days=5, notice_days=0, ballot_days=7,
                          electorate=Electorate.MEMBERS, quorum_share=50, majority=Majority.TWO_THIRDS, secret=False,
                          results=Results.LIVE, publicity_days=7, answer_days=10, decider="前海社区居委会与街道")  # fmt: skip
        hall = RuleSet(seconds_needed=8, gather_days=60, deliberation_days=7, notice_days=3, ballot_days=7, quorum_share=25,
                       majority=Majority.SIMPLE, publicity_days=7, decider="什刹海街道办事处")  # fmt: skip
        talk = RuleSet(
            write_level=1, seconds_needed=5, gather_days=60, deliberation_days=0, ballot=False, publicity_days=7
        )
        for key, kind, name, place, rules, purpose in (
            ("council", SpaceKind.COUNCIL, "前海社区理事会", QIANHAI, council, "前海社区的居民、单位和社区一起商量公共的事。"),
            ("hall", SpaceKind.HALL, "什刹海居民议事厅", SHICHAHAI, hall, "全街道居民都能来议，议定的事街道要答复。"),
            ("room", SpaceKind.LIVING_ROOM, "前海北沿公共客厅", QIANHAI, talk, "敞着门的茶座，路过就能坐下说一句。"),
            ("forum", SpaceKind.FORUM, "西城市民论坛", XICHENG, talk.but(seconds_needed=10, review_comments=True), "一个题目请大家来说，说完有答复。"),
            ("xijie", SpaceKind.COUNCIL, "大栅栏西街社区理事会", XIJIE,
             hall.but(notice_days=0, majority=Majority.TWO_THIRDS, who_writes=WhoWrites.RESIDENTS, results=Results.LIVE, decider="大栅栏街道办事处"),
             "西街的事，西街人商量着办。"),
            ("dashilar", SpaceKind.HALL, "大栅栏居民议事厅", DASHILAR, hall.but(decider="大栅栏街道办事处"), "九个社区轮流主持，每月一次。"),
            ("juer", SpaceKind.HALL, "菊儿小院议事厅", JUER, hall.but(seconds_needed=5, ballot=False, decider="交道口街道办事处"),
             "院里的事院里议，厅长由邻居推选。"),
        ):  # fmt: skip
            space = Space(kind=kind, name=name, place_code=place, rules=rules.checked().to_json(), purpose=purpose)
            session.add(space)
            session.flush()
            session.add(RuleVersion(space_id=space.id, version=1, rules=space.rules))
            counts.moved(session, "space", place, None, space.state)
            audit.record(session, SYSTEM, "space.create", ("space", space.id), after=space.state)
            self.spaces[key] = space

    def _teams(self, session):
        brands = {b.slug: b for b in session.scalars(sa.select(Brand))}
        for key, slug, place, name in (
            ("aunties", "xicheng_aunties", SHICHAHAI, "西城大妈什刹海队"),
            ("stewards", "alley_steward", SHICHAHAI, "小巷管家前海驿站"),
            ("chiefs", "lane_chief", SHICHAHAI, "什刹海街巷长"),
            ("dashilar", "xicheng_aunties", DASHILAR, "西城大妈大栅栏队"),
            ("watch", "dongcheng_watch", JIAODAOKOU, "守望岗菊儿岗"),
        ):
            team = Team(brand_id=brands[slug].id, place_code=place, name=name)
            session.add(team)
            session.flush()
            brands[slug].team_count += 1
            audit.record(session, SYSTEM, "team.create", ("team", team.id))
            self.teams[key] = team
        self.brands = brands

    def _roles(self, session):
        p = self.people
        for who, roles, on in (
            ("chair", (Role.CHAIR,), ("space", self.spaces["council"].id)),
            ("chair", (Role.HOST,), ("space", self.spaces["room"].id)),
            ("moderator", (Role.MODERATOR, Role.SECRETARY), ("place", SHICHAHAI)),
            ("moderator", (Role.MODERATOR,), ("place", DASHILAR)),
            ("acceptor", (Role.ACCEPTOR,), ("place", XICHENG)),
            ("dispatcher", (Role.DISPATCHER, Role.SHIFT_SUPERVISOR), ("place", XICHENG)),
            ("inspector", (Role.INSPECTOR,), ("place", XICHENG)),
            ("admin", (Role.ADMIN, Role.PLACE_ADMIN, Role.COMMAND_LEAD), ("place", CITY)),
        ):
            for role in roles:
                give(session, SYSTEM, p[who].id, role, (on[0], str(on[1])))
        for unit in self.units.values():
            give(session, SYSTEM, p["officer"].id, Role.UNIT_OFFICER, ("unit", str(unit.id)))
        council = self.spaces["council"]
        for who in ("resident", "neighbour", "volunteer", "teamlead"):
            self._member(session, council, p[who])
        for user in self.neighbours[QIANHAI][:3]:
            self._member(session, council, user)
        council.member_count += 1  # the chair
        for user in self.neighbours[XIJIE][:9]:
            self._member(session, self.spaces["xijie"], user)
        for team, lead, members in (
            ("aunties", p["teamlead"], [p["volunteer"], *self.neighbours[QIANHAI][4:9]]),
            ("stewards", p["teamlead"], [p["volunteer"], *self.neighbours[HOUHAI][:3]]),
            ("dashilar", self.neighbours[XIJIE][0], self.neighbours[XIJIE][1:4]),
            ("watch", self.neighbours[JUER][0], self.neighbours[JUER][1:4]),
        ):
            self._crew(session, self.teams[team], lead, members)

    def _member(self, session, space, user):
        give(session, SYSTEM, user.id, Role.MEMBER, ("space", str(space.id)))
        space.member_count += 1

    def _crew(self, session, team, lead, members):
        give(session, SYSTEM, lead.id, Role.TEAM_LEAD, ("team", str(team.id)))
        for user in members:
            give(session, SYSTEM, user.id, Role.VOLUNTEER, ("team", str(team.id)))
        team.member_count = len(members) + 1
        brand = next(b for b in self.brands.values() if b.id == team.brand_id)
        brand.member_count += team.member_count
