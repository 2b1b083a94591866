"""The stories of the proposals that go the whole way, one at every stage of the chain."""

from datetime import timedelta

from portal.categories.models import Theme
from portal.clock import utcnow
from portal.conversations import service as conversations
from portal.conversations.models import Stance
from portal.demo.cast import HOUHAI, JUER, LIUYIN, QIANHAI, SANJING, TIESHU, XIJIE, Cast
from portal.demo.matters import Matter, Story, handle
from portal.demo.pictures import lane
from portal.proposals import service
from portal.proposals.models import OutcomeAnswer
from portal.spaces import service as spaces


def stories(cast: Cast) -> list[Story]:
    """Every story of this module, not yet begun."""
    return [
        told(cast)
        for told in (
            lamps,
            stands,
            toilets,
            chairs,
            manhole,
            parking,
            clotheslines,
            quiet_bikes,
            dancing,
            steps,
            wires,
            corridor,
            bins,
            tree,
        )
    ]


def lamps(cast: Cast) -> Story:
    """From a remark in the living room to the rating of the finished work: the whole chain."""
    n = cast.neighbours[QIANHAI]
    yield 62.0
    topic = spaces.start_topic(
        cast.neighbour,
        cast.spaces["room"].id,
        "前海北沿晚上太黑，谁走过都说怕",
        "八点以后北沿这段没有路灯，老人不敢出门遛弯。",
    )
    yield 61.8
    for who, text in (
        (n[0], "上周我妈在 15 号门口绊了一跤。"),
        (n[1], "不用太亮，矮一点的壁灯就行，别照进窗户。"),
        (cast.resident, "那我来写成提案，大家帮我改。"),
    ):
        conversations.comment(who, topic.thread_id, text)
    yield 59.5
    m = Matter(cast, "council", QIANHAI, cast.resident, "前海北沿加装低位壁灯，晚上走路看得见",
               "前海北沿 9 号到 31 号这一段，晚上没有路灯。常走的有 60 多位老人，上个月摔了两次。",
               "1. 沿北墙每 12 米装一盏壁灯，共 14 盏；\n2. 灯光朝下，22 点后减半；\n3. 街道报照明单位，社区看护。",
               theme=Theme.LIGHT_AND_WIRES, where="前海北沿 9 号至 31 号", photos=((("dark",), "晚上八点的北沿，只有一扇窗亮着"),))  # fmt: skip
    m.id = service.draft_from(cast.resident, ("topic", topic.id), **m.fields).id
    service.add_photos(cast.resident, m.id, [lane("dark", seed=3)], ["晚上八点的北沿，只有一扇窗亮着"])
    m.submit()
    yield 59.2
    m.reviewed()
    yield 57.0
    m.second(cast.neighbour, n[0])
    yield 55.1
    m.second(cast.chair)
    yield 53.0
    first = m.say(n[2], "支持。别装太高，冬天好换。", Stance.FOR)
    m.say(cast.resident, "离地 2.2 米，图上标了。", parent=first)
    m.say(n[3], "担心灯照进屋里睡不着。", Stance.WORRY)
    yield 51.0
    m.move(cast.chair, "conclude")
    yield 48.5
    m.vote([cast.neighbour, cast.volunteer, cast.teamlead, cast.chair, *n[:2]], 5, 0, 1)
    yield 41.0
    objection = service.object_to(n[5], m.id, "31 号门口电箱旁边不要装，检修碍事。")
    yield 40.0
    service.answer_objection(cast.moderator, objection.id, "接受，31 号这一盏移到 29 号东墙。")
    yield 35.9
    case = m.answer_with_case("street_lamp", days=20)
    at = 35.5
    for _ in handle(cast, case, trade="CM", result="14 盏壁灯全部装好并通电，29 号一盏按意见移位。", after=("lamps",)):
        yield at
        at -= 2.6
    yield 18.0
    service.rate(cast.resident, m.id, OutcomeAnswer.SATISFIED, "亮堂了，不晃眼。")
    for who in (cast.neighbour, n[0], cast.chair):
        service.rate(who, m.id, OutcomeAnswer.SATISFIED)
    yield 5.0


def stands(cast: Cast) -> Story:
    """Voting now, with counts shown."""
    n = cast.neighbours[QIANHAI]
    yield 12.0
    m = Matter(cast, "council", QIANHAI, n[0], "在前海西街口设非机动车集中停放架",
               "西街口到白米斜街 40 米，早晚停着近 60 辆自行车和电动车，轮椅、婴儿车和救护担架过不去。",
               "1. 沿北墙设斜列停放架 3 组，约 48 个车位；\n2. 电动自行车不进架，引导到充电棚；\n3. 小巷管家每天早晚各整理一次，试行 3 个月再评。",
               theme=Theme.TRAFFIC, where="前海西街与白米斜街交叉口",
               photos=((("bikes",), "傍晚的西街口，车停满了整条路"), (("tidy_bikes",), "效果示意：一侧斜列，留出通道")))  # fmt: skip
    m.submit()
    yield 11.7
    m.reviewed()
    yield 8.5
    m.second(cast.neighbour, cast.volunteer, n[1])
    yield 7.0
    worry = m.say(n[9], "北墙里面是卧室窗，早上六点多取车叮当响。能不能往东挪两米？", Stance.WORRY)
    m.say(n[0], "接受，避开窗户，少放 6 个车位。", parent=worry)
    m.say(n[10], "轮椅和担架能过，这个好。", Stance.FOR)
    m.say(cast.volunteer, "四月里我们这一段记下占道 17 次。", Stance.FOR)
    yield 4.2
    m.move(cast.chair, "conclude")
    yield 2.5
    m.vote([cast.volunteer, n[1], n[2]], 2, 1)
    yield 0.1


def toilets(cast: Cast) -> Story:
    """On public notice, with an objection to be answered."""
    l, n = cast.neighbours[LIUYIN], cast.neighbours[HOUHAI]
    yield 25.0
    m = Matter(cast, "hall", LIUYIN, l[0], "柳荫街公厕加装扶手和呼叫按钮", "公厕台阶高、没有扶手，八十多岁的邻居进得去出不来。",
               "两个厕位加装扶手和呼叫按钮，门口做一段缓坡。", theme=Theme.FACILITIES, where="柳荫街 24 号旁公厕", photos=((("rail",), "门口的台阶和旧栏杆"),))  # fmt: skip
    m.submit()
    yield 24.6
    m.reviewed()
    yield 22.0
    m.second(*l[1:6], *n[:3])
    yield 9.0
    m.vote([*l, *n, *cast.neighbours[QIANHAI]], 22, 2, 1)
    yield 3.5
    service.object_to(n[4], m.id, "施工那几天去哪里方便？请先说清楚。")
    yield 0.2


def chairs(cast: Cast) -> Story:
    """Gathering seconds in another street."""
    t = cast.neighbours[TIESHU]
    yield 21.0
    m = Matter(cast, "dashilar", TIESHU, t[0], "铁树斜街古树下设座椅，树池不再堆杂物", "古树下堆着旧家具，想歇脚没处坐，也伤树。",
               "清走杂物，绕树做一圈木座椅，离树根一米。", theme=Theme.GREENERY, where="铁树斜街 60 号门前", photos=((("boxes",), "树池边堆着的旧箱子"),))  # fmt: skip
    m.submit()
    yield 20.5
    m.reviewed()
    yield 16.0
    m.second(*t[1:5], *cast.neighbours[XIJIE][:1])
    yield 15.0


def manhole(cast: Cast) -> Story:
    """One second short: the visitor's own step."""
    n = cast.neighbours[QIANHAI]
    yield 8.0
    m = Matter(cast, "council", QIANHAI, cast.resident, "白米斜街井盖响声扰民，请加胶圈", "每过一辆车响两声，夜里一两点还在响，挨着的三户睡不好。",
               "给 7 号、15 号门口两个井盖加胶圈，垫平。", theme=Theme.NOISE_AND_AIR, where="白米斜街 7 号、15 号门口", photos=((("puddle",), "井盖四周已经下沉积水"),))  # fmt: skip
    m.submit()
    yield 7.6
    m.reviewed()
    yield 5.0
    m.second(n[4], n[5])
    m.say(n[4], "就在我家窗根底下，录过音，愿意提供。", Stance.FOR)
    yield 4.0


def parking(cast: Cast) -> Story:
    """Failed at the ballot."""
    x = cast.neighbours[XIJIE]
    yield 44.0
    m = Matter(
        cast,
        "xijie",
        XIJIE,
        x[0],
        "取消大栅栏西街全部路侧车位",
        "路窄人多，停车以后走不开。",
        "取消全部 26 个路侧车位。",
        theme=Theme.TRAFFIC,
        where="大栅栏西街",
    )
    m.submit()
    yield 43.5
    m.reviewed()
    yield 40.0
    m.second(*x[1:10])
    yield 38.0
    m.say(x[11], "老人看病接送怎么办？不能一刀切。", Stance.WORRY)
    yield 30.0
    m.vote(x, 7, 10, 1)
    yield 20.0


def clotheslines(cast: Cast) -> Story:
    """Voting, results hidden until it closes."""
    s = cast.neighbours[SANJING]
    yield 20.0
    m = Matter(cast, "dashilar", SANJING, s[0], "三井胡同晾衣杆统一高度，照顾坐轮椅的邻居", "晾衣杆高高低低，坐轮椅的邻居够不着也过不去。",
               "统一做两种高度，1.2 米和 1.8 米，靠墙安装。", theme=Theme.BUILDINGS, where="三井胡同")  # fmt: skip
    m.submit()
    yield 19.6
    m.reviewed()
    yield 16.0
    m.second(*s[1:10])
    yield 3.0
    m.vote([*s, *cast.neighbours[XIJIE]], 15, 3, 2)
    yield 0.3


def quiet_bikes(cast: Cast) -> Story:
    """Its vote is announced and opens in a day or two."""
    h = cast.neighbours[HOUHAI]
    yield 12.0
    m = Matter(cast, "hall", HOUHAI, h[14], "后海北沿清晨禁鸣，送货三轮换静音胶轮", "五点起送货三轮一趟接一趟，铁轮压石板，整条街都醒了。",
               "七点前推行，车轮换胶轮，街道补贴一半。", theme=Theme.NOISE_AND_AIR, where="后海北沿")  # fmt: skip
    m.submit()
    yield 11.6
    m.reviewed()
    yield 9.0
    m.second(*h[1:9], *cast.neighbours[LIUYIN][:2])
    yield 0.5


def dancing(cast: Cast) -> Story:
    """Under deliberation now."""
    h = cast.neighbours[HOUHAI]
    yield 9.0
    m = Matter(cast, "hall", HOUHAI, h[0], "后海西沿清晨跳舞，音量和时间商量个约定", "六点开始放音乐，上夜班的邻居刚躺下。也有人每天就盼着这一小时。",
               "商量：七点以后开始，用定向音箱，下雨天进活动室。", theme=Theme.NOISE_AND_AIR, where="后海西沿小广场")  # fmt: skip
    m.submit()
    yield 8.7
    m.reviewed()
    yield 5.0
    m.second(*h[1:9], *cast.neighbours[LIUYIN][:2])
    yield 2.0
    talk = m.say(h[10], "我跳了十年，愿意改到七点，音箱谁来买？", Stance.FOR)
    m.say(h[0], "街道有公益金，可以申请两个。", parent=talk)
    m.say(h[11], "约定了没人管，过两天又回去了。", Stance.WORRY)
    yield 1.0


def steps(cast: Cast) -> Story:
    """Done; the proposer and those who seconded are asked to rate it."""
    n = cast.neighbours[QIANHAI]
    yield 48.0
    m = Matter(cast, "council", QIANHAI, cast.resident, "前海南沿 18 号院台阶加扶手", "院门口五级石阶，雨雪天滑，住着四位八十岁以上的老人。",
               "两侧装不锈钢扶手，台阶贴防滑条。", theme=Theme.CARE, where="前海南沿 18 号院", photos=((("chairs",), "院门口的石阶"),))  # fmt: skip
    m.submit()
    yield 47.5
    m.reviewed()
    yield 45.0
    m.second(cast.neighbour, n[6], cast.volunteer)
    yield 38.0
    m.vote([cast.neighbour, cast.volunteer, cast.teamlead, cast.chair, n[0]], 5, 0)
    yield 17.0
    case = m.answer_with_case("barrier_free_facility", days=12)
    at = 15.0
    for _ in handle(cast, case, trade="CM", result="两侧扶手装好，五级台阶贴了防滑条。", after=("rail",)):
        yield at
        at -= 2.2
    yield 0.5


def wires(cast: Cast) -> Story:
    """A case in handling."""
    h = cast.neighbours[HOUHAI]
    yield 46.0
    m = Matter(cast, "hall", HOUHAI, h[2], "鸦儿胡同架空线下垂，请归整或入地", "线缆垂到两米以下，送货车挂断过一次。", "先归整捆扎，再列入入地计划。",
               theme=Theme.LIGHT_AND_WIRES, where="鸦儿胡同 20 号至 46 号", photos=((("wires",), "垂下来的线缆"),))  # fmt: skip
    m.submit()
    yield 45.6
    m.reviewed()
    yield 43.0
    m.second(*h[3:13])
    yield 31.0
    m.vote([*h, *cast.neighbours[QIANHAI], *cast.neighbours[LIUYIN]], 26, 1, 2)
    yield 10.0
    case = m.answer_with_case("loose_overhead_wire", days=20)
    at = 9.0
    for _ in handle(cast, case, trade="CM", until="in_handling"):
        yield at
        at -= 1.2
    yield 0.4


def corridor(cast: Cast) -> Story:
    """Residents said it was not solved: back to handling once."""
    x = cast.neighbours[XIJIE]
    yield 70.0
    m = Matter(cast, "xijie", XIJIE, x[2], "煤市街 30 号楼道堆物清理", "楼道堆满纸箱，消防通道只剩半米。", "限期清理，设一间共用储物间。",
               theme=Theme.SAFETY, where="煤市街 30 号楼", photos=((("boxes",), "楼道口堆着的纸箱"),))  # fmt: skip
    m.submit()
    yield 69.5
    m.reviewed()
    yield 67.0
    m.second(*x[3:13])
    yield 55.0
    m.vote(x, 16, 2, 1)
    yield 38.0
    case = m.answer_with_case("corridor_clutter", days=7)
    at = 37.5
    for _ in handle(cast, case, trade="HO", result="已组织清理一次。", after=("bins",)):
        yield at
        at -= 0.8
    yield 30.0
    for who in (x[2], *x[3:9]):
        service.rate(who, m.id, OutcomeAnswer.NOT_SOLVED, "第二天又堆上了。" if who is x[2] else "")
    yield 3.0


def bins(cast: Cast) -> Story:
    """Waits for the official answer: the staff's own step."""
    n = cast.neighbours[QIANHAI]
    yield 36.0
    m = Matter(cast, "council", QIANHAI, n[7], "白米斜街垃圾桶站挪到背风处，加盖加冲洗", "桶站对着院门，夏天味道大，刮风到处飞。", "挪到东口背风处，加盖，每天冲洗一次。",
               theme=Theme.HYGIENE, where="白米斜街东口", photos=((("bins", "litter"), "桶站四周散落的垃圾"),))  # fmt: skip
    m.submit()
    yield 35.5
    m.reviewed()
    yield 33.0
    m.second(cast.resident, cast.teamlead, n[8])
    yield 26.0
    m.vote([cast.resident, cast.volunteer, cast.teamlead, cast.chair, n[0], n[1]], 5, 1)
    yield 8.0


def tree(cast: Cast) -> Story:
    """Accepted and handled by the community itself."""
    j = cast.neighbours[JUER]
    yield 40.0
    m = Matter(
        cast,
        "juer",
        JUER,
        j[0],
        "菊儿胡同老枣树支撑杆松了，请加固",
        "支撑杆松动，刮风时晃。",
        "换两根支撑杆，树穴铺透水砖。",
        theme=Theme.GREENERY,
        where="菊儿胡同 22 号",
    )
    m.submit()
    yield 39.0
    m.move(cast.admin, "pass_review")
    yield 37.0
    m.second(*j[1:7])
    yield 16.0
    m.move(
        cast.admin,
        "accept",
        how="self_handling",
        answer="采纳。小院自己动手，社区出材料。",
        promised_at=utcnow() + timedelta(days=25),
        responsible="菊儿社区居委会",
    )
    yield 12.0
    m.move(cast.admin, "start")
    yield 6.0
