"""The stories of what waits for community staff besides: a wish to be confirmed, a report by a reader; and what was hidden."""

from portal.accounts import service as accounts
from portal.conversations import service as conversations
from portal.demo.cast import HOUHAI, QIANHAI, Cast
from portal.demo.matters import Story
from portal.moderation import service as moderation
from portal.spaces import service as spaces


def stories(cast: Cast) -> list[Story]:
    """Every story of this module, not yet begun."""
    return [told(cast) for told in (wish, bridge)]


def wish(cast: Cast) -> Story:
    """Somebody who has moved in asks to be confirmed as a resident."""
    yield 0.35
    accounts.ask(
        cast.newcomer,
        QIANHAI,
        "林小禾",
        building="前海西街",
        household="18 号院东房",
        note="刚搬来，租房合同可以到窗口出示。",
    )


def bridge(cast: Cast) -> Story:
    """A conversation in which an advertisement was hidden and a sharp word has been reported."""
    h = cast.neighbours[HOUHAI]
    yield 5.2
    topic = spaces.start_topic(
        h[3],
        cast.spaces["hall"].id,
        "银锭桥早晚推车过桥，怎么让着走",
        "七点到九点两头都堵，自行车、三轮和看风景的挤在一起。",
    )
    yield 5.0
    conversations.comment(h[4], topic.thread_id, "下来推着走最省事，桥面窄，骑快了谁都害怕。")
    offer = conversations.comment(h[13], topic.thread_id, "专业疏通下水、修水管，价格优惠，需要的留言。")
    yield 4.6
    moderation.hide(cast.moderator, "comment", offer.id, "advertising", "这里说的是过桥，广告请不要发在议事厅。")
    yield 0.9
    sharp = conversations.comment(h[5], topic.thread_id, "说这话的八成天天骑车冲下来，还有脸教别人。")
    yield 0.2
    moderation.report(cast.neighbour, "comment", sharp.id, "personal_attack", "说事就说事，别冲着人。")
