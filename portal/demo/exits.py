"""The stories of the proposals at the side exits of the chain, and of those that go it without a case."""

from datetime import timedelta

from portal.categories.models import Theme
from portal.clock import utcnow
from portal.conversations import service as conversations
from portal.demo.cast import HOUHAI, LIUYIN, QIANHAI, XIJIE, Cast
from portal.demo.matters import Matter, Story
from portal.proposals import service
from portal.proposals.models import OutcomeAnswer
from portal.spaces import service as spaces


def stories(cast: Cast) -> list[Story]:
    """Every story of this module, not yet begun."""
    return [
        told(cast)
        for told in (
            merged,
            waiting,
            returned,
            refused,
            draft,
            declined,
            lapsed,
            withdrawn,
            ramp,
            stage,
            leash,
            drain,
            exercise,
        )
    ]


def merged(cast: Cast) -> Story:
    """Two proposals of the same matter become one."""
    h = cast.neighbours[HOUHAI]
    yield 19.0
    one = Matter(
        cast,
        "hall",
        HOUHAI,
        h[5],
        "后海北沿共享单车乱停，请划停车区",
        "单车堵着健身步道。",
        "划三处停车区。",
        theme=Theme.TRAFFIC,
        where="后海北沿",
    )
    two = Matter(
        cast,
        "hall",
        HOUHAI,
        h[6],
        "后海北沿单车停放没有地方",
        "单车没处停，都堆在桥头。",
        "桥头设停车架。",
        theme=Theme.TRAFFIC,
        where="后海北沿桥头",
    )
    one.submit()
    two.submit()
    yield 18.5
    one.reviewed()
    two.reviewed()
    yield 15.0
    one.second(*h[7:10])
    two.second(h[7], *h[12:14])
    yield 12.0
    two.move(cast.moderator, "merge", into=one.id)
    yield 11.0


def waiting(cast: Cast) -> Story:
    """Waits for review."""
    yield 0.15
    Matter(cast, "council", QIANHAI, cast.neighbour, "前海西街早餐车出摊，留一条人行道", "早餐车方便，可是占了整条便道，上学的孩子走到马路上。",
           "划定三个摊位，留 1.5 米通道。", theme=Theme.ORDER, where="前海西街", photos=((("boxes",), "早晨的便道"),)).submit()  # fmt: skip
    yield 0.05
    Matter(cast, "hall", LIUYIN, cast.neighbours[LIUYIN][3], "柳荫街小学门口加一段护栏", "放学时孩子一下子涌到路上。", "校门两侧各加 8 米护栏。", theme=Theme.SAFETY,
           where="柳荫街小学门口").submit()  # fmt: skip


def returned(cast: Cast) -> Story:
    yield 3.0
    m = Matter(cast, "council", QIANHAI, cast.resident, "楼上邻居太吵", "楼上天天吵。", theme=Theme.NOISE_AND_AIR)
    m.submit()
    yield 2.8
    m.move(cast.moderator, "return", reason="请去掉邻居的门牌号，说清是哪一类声音、什么时间，改好再发。")


def refused(cast: Cast) -> Story:
    yield 13.0
    m = Matter(
        cast,
        "hall",
        HOUHAI,
        cast.neighbours[HOUHAI][8],
        "请查一下某商户的营业执照",
        "怀疑证照不全。",
        theme=Theme.ORDER,
    )
    m.submit()
    yield 12.7
    m.move(
        cast.moderator,
        "refuse",
        reason_code="statutory_channel",
        reason="这件事归市场监管部门受理，请拨打 12345，我们已附上办理渠道。",
    )


def draft(cast: Cast) -> Story:
    yield 1.0
    Matter(
        cast,
        "council",
        QIANHAI,
        cast.resident,
        "前海小广场添两张棋桌",
        "下棋的老人多，现在蹲在地上下。",
        theme=Theme.CULTURE,
        where="前海小广场",
    ).draft()


def declined(cast: Cast) -> Story:
    """The official answer was no, with its reasons."""
    h = cast.neighbours[HOUHAI]
    yield 52.0
    m = Matter(
        cast,
        "hall",
        HOUHAI,
        h[1],
        "后海岸边允许夜间烧烤",
        "夏天晚上热闹。",
        "划一块地方，九点前收摊。",
        theme=Theme.ECONOMY,
        where="后海东岸",
    )
    m.submit()
    yield 51.5
    m.reviewed()
    yield 49.0
    m.second(*h[2:11])
    yield 36.0
    m.vote([*h, *cast.neighbours[QIANHAI]], 20, 9, 2)
    yield 15.0
    m.move(
        cast.moderator,
        "decline",
        answer="不予采纳。露天烧烤在划定区域以外不允许，后海沿岸是文物保护范围。可在室内商户经营，街道可协助办理手续。",
    )


def lapsed(cast: Cast) -> Story:
    """Not enough seconds in time."""
    x = cast.neighbours[XIJIE]
    yield 75.0
    m = Matter(
        cast,
        "xijie",
        XIJIE,
        x[5],
        "西街石板路改成柏油路",
        "石板不平。",
        "全部改柏油。",
        theme=Theme.BUILDINGS,
        where="大栅栏西街",
    )
    m.submit()
    yield 74.5
    m.reviewed()
    yield 70.5
    m.second(*x[6:8])
    yield 10.0


def withdrawn(cast: Cast) -> Story:
    n = cast.neighbours[QIANHAI]
    yield 17.0
    m = Matter(
        cast,
        "council",
        QIANHAI,
        n[11],
        "前海南沿 6 号院门口换一块牌子",
        "牌子旧了。",
        theme=Theme.BUILDINGS,
        where="前海南沿 6 号",
    )
    m.submit()
    yield 16.6
    m.reviewed()
    yield 14.0
    m.move(n[11], "withdraw")


def ramp(cast: Cast) -> Story:
    """From the living room: no ballot, straight to public notice and the answer."""
    n = cast.neighbours[QIANHAI]
    yield 25.0
    topic = spaces.start_topic(n[12], cast.spaces["room"].id, "活动站门口的坡道太陡", "推轮椅上不去，要两个人抬。")
    yield 24.8
    conversations.comment(n[13], topic.thread_id, "坡长一倍就好推了。")
    yield 23.0
    m = Matter(
        cast,
        "room",
        QIANHAI,
        n[12],
        "社区活动站坡道放缓，加一道扶手",
        "坡道太陡，轮椅要两个人抬。",
        "坡长加倍，单侧扶手。",
        theme=Theme.CARE,
        where="前海社区活动站",
    )
    m.id = service.draft_from(n[12], ("topic", topic.id), **m.fields).id
    m.submit()
    yield 22.7
    m.reviewed()
    yield 20.0
    m.second(*n[13:19])
    yield 11.0
    m.move(
        cast.moderator,
        "accept",
        how="street_task",
        answer="采纳。列入街道十一月小修计划。",
        promised_at=utcnow() + timedelta(days=15),
        responsible="什刹海街道办事处",
    )
    yield 9.0
    m.move(cast.moderator, "start")
    yield 4.0
    m.move(cast.moderator, "finish", result="坡道放缓到 1:12，单侧装了扶手。")
    yield 0.6


def stage(cast: Cast) -> Story:
    """Finished long ago; nobody rated it."""
    l = cast.neighbours[LIUYIN]
    yield 78.0
    m = Matter(
        cast,
        "room",
        QIANHAI,
        l[7],
        "小广场晚上的音箱插座挪个地方",
        "插座在树池里，下雨不安全。",
        "挪到墙上，加防水盖。",
        theme=Theme.SAFETY,
        where="前海小广场",
    )
    m.submit()
    yield 77.5
    m.reviewed()
    yield 75.0
    m.second(*cast.neighbours[QIANHAI][20:26])
    yield 66.0
    m.move(
        cast.moderator,
        "accept",
        how="street_task",
        answer="采纳。",
        promised_at=utcnow() + timedelta(days=10),
        responsible="什刹海街道办事处",
    )
    yield 64.0
    m.move(cast.moderator, "start")
    yield 60.0
    m.move(cast.moderator, "finish", result="插座已移到北墙，离地 1.4 米，加防水盖。")
    yield 40.0


def leash(cast: Cast) -> Story:
    """Accepted for the residents' convention; nobody has begun yet."""
    n = cast.neighbours[QIANHAI]
    yield 24.0
    m = Matter(cast, "room", QIANHAI, n[19], "遛狗牵绳、随手清，写进居民公约", "早晚遛狗的多，不牵绳的吓着老人孩子，便后也没人收拾。",
               "1. 出门牵绳，不超过一米五；\n2. 自带拾便袋；\n3. 写进居民公约，楼门长互相提醒。", theme=Theme.HYGIENE, where="前海北沿")  # fmt: skip
    m.submit()
    yield 23.6
    m.reviewed()
    yield 21.0
    m.second(*n[20:26])
    m.say(n[21], "养狗的也同意，写清楚了谁都好说话。")
    yield 4.0
    m.move(
        cast.moderator,
        "accept",
        how="convention",
        answer="采纳。牵绳和拾便两条写进居民公约修订稿，提交下一次居民代表会议表决。",
        promised_at=utcnow() + timedelta(days=30),
        responsible="前海社区居委会",
    )


def drain(cast: Cast) -> Story:
    """Done, done once more, and still not solved: that is how it stays."""
    n = cast.neighbours[QIANHAI]
    yield 77.0
    m = Matter(cast, "room", QIANHAI, n[26], "前海南沿 12 号门前雨水口总堵，下雨就积水", "一下雨水就漫上台阶，篦子底下全是树叶和泥。",
               "清掏管道，换成防堵的篦子。", theme=Theme.FACILITIES, where="前海南沿 12 号门前", photos=((("puddle",), "雨后门前的积水"),))  # fmt: skip
    m.submit()
    yield 76.5
    m.reviewed()
    yield 74.0
    m.second(*n[27:32])
    yield 64.0
    m.move(
        cast.moderator,
        "accept",
        how="street_task",
        answer="采纳。街道安排养护队清掏。",
        promised_at=utcnow() + timedelta(days=12),
        responsible="什刹海街道办事处",
    )
    yield 62.0
    m.move(cast.moderator, "start")
    yield 57.0
    m.move(cast.moderator, "finish", result="雨水口清掏了一次。")
    yield 56.0
    _rated(m, n[26:32], "一场小雨又漫上来了。")
    yield 46.0
    m.move(cast.moderator, "finish", result="换了新篦子，又清掏了一次。")
    yield 44.5
    _rated(m, n[26:32], "篦子是新的，水还是下不去，恐怕是底下的管子塌了。")


def _rated(m: Matter, people, why: str) -> None:
    """All but two say that it is not solved, the first of them why."""
    for who in people[:-2]:
        service.rate(who, m.id, OutcomeAnswer.NOT_SOLVED, why if who is people[0] else "")
    for who in people[-2:]:
        service.rate(who, m.id, OutcomeAnswer.FAIR)


def exercise(cast: Cast) -> Story:
    """Gathering in the city forum, where comments are looked at before they appear."""
    yield 6.0
    m = Matter(
        cast,
        "forum",
        QIANHAI,
        cast.neighbours[QIANHAI][15],
        "西城老旧小区健身器材统一体检",
        "很多器材超过年限，摇晃、缺螺丝。",
        "每年体检一次，二维码公示。",
        theme=Theme.FACILITIES,
    )
    m.submit()
    yield 5.6
    m.reviewed()
    yield 3.0
    m.second(*cast.neighbours[QIANHAI][16:20], *cast.neighbours[HOUHAI][:2])
    yield 2.0
    said = m.say(cast.neighbours[QIANHAI][16], "我们院的扭腰器晃了半年，孩子都不敢上。")
    yield 1.6
    conversations.review(cast.moderator, said, "publish")
    yield 0.3
    m.say(cast.neighbours[HOUHAI][2], "后海这边去年拆了一台没补，能不能一起登记？")
