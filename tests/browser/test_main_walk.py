"""The main job, walked by separate people from the first word to the rating."""

import re

import pytest

from portal import clock
from tests.browser.cast import becomes_resident, case_is_closed, gather, place_name

WAYS = {
    "phone": {"width": 390, "axe": True},
    "no-js": {"width": 1280, "js": False},
    "english": {"width": 1280, "language": "en", "axe": True},
    "elder": {"width": 390, "elder": True, "axe": True},
}
STATIONS = [
    "Talk",
    "Proposal",
    "Seconding",
    "Deliberation",
    "Vote",
    "Public notice",
    "Decision",
    "Case",
    "Done",
    "Rating",
]
TITLE = "西街口设停车架"


@pytest.mark.parametrize("way", WAYS)
def test_from_the_first_word_to_the_rating(walk, server, picture, password_hash, way):
    here = gather(password_hash)
    walk = walk(name=f"main-{way}", **WAYS[way])
    moderator = walk.person("moderator", "moderator")
    proposer = becomes_resident(walk, moderator, "13800138000")
    neighbours = [walk.person(name, name) for name in ("stone", "whistle", "begonia")]
    desks = {name: walk.person(name, name) for name in ("acceptor", "supervisor", "dispatcher", "officer", "inspector")}

    proposal = _proposes(walk, here, proposer, picture)
    _is_reviewed(moderator, proposal)
    server.work()
    _is_seconded(proposer, neighbours, proposal)
    _is_talked_about(server, neighbours[2], moderator, proposal)
    server.later(days=4)
    ballot = _is_voted_on(walk, proposer, neighbours, proposal)
    _stranger_is_refused(walk, ballot, proposal)
    server.later(days=4)
    _is_on_notice(server, neighbours[0], moderator, proposal)
    server.later(days=6)
    number = _is_accepted(server, desks["acceptor"], proposal)
    case_is_closed(walk, desks, number, here.unit, picture)
    _is_rated(server, proposer, neighbours, proposal, number)
    server.later(days=6)
    _is_all_told(walk, proposal, number)


def _proposes(walk, here, proposer, picture) -> str:
    """From a topic of the council to a proposal with a photo, in three steps."""
    proposer.open(f"/places/{'110102003001'}")
    proposer.open(f"/spaces/{here.space}")
    proposer.follow("Bring something up")
    proposer.fill("In one sentence, what is it about?", "西街口的自行车")
    proposer.fill("Tell us more", "早晚停满车，轮椅过不去，大家看怎么办？")
    proposer.press("Send")
    proposer.follow("Make a proposal from this")
    proposer.main.get_by_role("radio").first.check()
    proposer.press("Next: describe the matter")
    proposer.press("Next: check", status=422)  # what is missing stands beside its field
    assert proposer.has(".error-summary")
    proposer.fill("Title", TITLE)
    proposer.fill("Where exactly?", "前海北沿与西街口")
    proposer.pick("Topic", proposer.t("Getting around and parking"))
    proposer.fill("How is it now?", "每天早晚停满自行车，轮椅和婴儿车过不去。")
    proposer.fill("What could be done?", "在东侧划出六个车位，装停车架。")
    proposer.attach("Photos of the place", picture)
    proposer.fill("What do the photos show?", "西街口停满自行车")
    proposer.press("Save draft")
    proposer.press("Next: check")
    assert proposer.has("img[alt='西街口停满自行车']")
    proposer.press("Send the proposal")
    number = proposer.number(r"/proposals/(\d+)/sent")
    proposer.follow("See my proposal")
    proposer.open("/me/")
    return number


def _is_reviewed(moderator, proposal):
    moderator.open("/staff/review")
    moderator.read(TITLE)
    moderator.press("Let it through")
    moderator.sees("Let through. It is public now.")


def _is_seconded(proposer, neighbours, proposal):
    proposer.open(f"/proposals/{proposal}")
    proposer.sees("You proposed this yourself. Now it needs others.")
    for n, neighbour in enumerate(neighbours[:2], 1):
        neighbour.open("/proposals/")
        neighbour.read(TITLE)
        neighbour.press("Second this")
        if n == 1:
            neighbour.sees("Your second is counted: %(n)s of %(needed)s.", n=1, needed=2)
        else:
            neighbour.sees("Your second is counted.")
    neighbours[2].open(f"/proposals/{proposal}")
    neighbours[2].press("Tell me what happens")


def _is_talked_about(server, neighbour, moderator, proposal):
    """A comment that a moderator looks at first; then the days of deliberation go by."""
    neighbour.open(f"/proposals/{proposal}")
    neighbour.fill("Say what you think", "东侧有消防栓，车位要让开一米。")
    neighbour.choose("A worry")
    neighbour.press("Send")
    neighbour.sees("Waiting for a look")
    server.work()
    moderator.open("/staff/review?show=comments")
    moderator.choose("Let it through: everybody can read it")
    moderator.press("Confirm and see the next")
    neighbour.open(f"/proposals/{proposal}")
    assert "消防栓" in neighbour.text()


def _is_voted_on(walk, proposer, neighbours, proposal) -> str:
    """Choose, check, cast. Casting twice is one vote; until the end it may be changed."""
    for person, choice in zip((*neighbours, proposer), ("For", "For", "Against", "For"), strict=True):
        person.open(f"/proposals/{proposal}")
        assert not person.has("input[name=choice]:checked")
        person.press("Next: check", status=422)  # nothing chosen
        person.open(f"/proposals/{proposal}")
        person.choose(choice)
        person.press("Next: check")
        person.press("Cast this vote")
        person.sees("Your vote is cast")
    twice = neighbours[2]
    twice.page.go_back()
    twice.look()
    twice.open(f"/proposals/{proposal}")
    twice.sees("%(cast)s of %(eligible)s people have voted.", cast=4, eligible=7)
    twice.choose("Abstain")
    twice.press("Next: check")
    token = twice.page.locator("input[name=csrf_token]").first.get_attribute("value")
    twice.press("Cast this vote")
    twice.follow("Change my vote")
    ballot = twice.number(r"/ballots/(\d+)")
    again = twice.context.request.post(
        f"{walk.root}/ballots/{ballot}/votes", form={"csrf_token": token, "choice": "abstain"}
    )
    assert again.ok
    twice.open(f"/ballots/{ballot}")
    twice.sees("%(cast)s of %(eligible)s people have voted.", cast=4, eligible=7)
    return ballot


def _stranger_is_refused(walk, ballot, proposal):
    """Somebody from another community reads why he does not vote here, and is told the same when he tries all the same."""
    why = ("The residents of this place vote here. You are confirmed in another community. If you have moved, the community staff "
           "here confirm your new address.")  # fmt: skip
    stranger = walk.person("outsider", "outsider")
    stranger.open(f"/proposals/{proposal}")
    stranger.sees(why)
    assert not stranger.has("input[name=choice]")
    token = stranger.page.locator("input[name=csrf_token]").first.get_attribute("value")
    answer = stranger.context.request.post(
        f"{walk.root}/ballots/{ballot}/votes", form={"csrf_token": token, "choice": "for"}
    )
    assert answer.status == 403 and walk.t(why) in answer.text()
    guest = walk.person("guest")
    guest.open(f"/ballots/{ballot}")
    guest.sees("Confirmed residents of this place vote here. If you are one of them, please sign in.")


def _is_on_notice(server, neighbour, moderator, proposal):
    """The vote is counted; an objection during the notice is answered."""
    neighbour.open(f"/proposals/{proposal}")
    neighbour.sees("Public notice")
    neighbour.fill("Your objection", "装架子以后救护车还能进来吗？")
    neighbour.press("Send objection")
    server.work()
    moderator.open(f"/staff/proposals/{proposal}")
    moderator.fill("Answer", "留出四米通道，救护车能进。")
    moderator.press("Publish the answer")
    neighbour.open(f"/proposals/{proposal}")
    assert "四米通道" in neighbour.text()


def _is_accepted(server, acceptor, proposal) -> str:
    """The official answer, looked at once more; it files a case in the same moment."""
    acceptor.open("/staff/proposals")
    acceptor.open(f"/staff/proposals/{proposal}")
    acceptor.choose("Becomes an official case")
    acceptor.press("Next: check", status=422)
    acceptor.choose("Becomes an official case")
    category = acceptor._field("Category of the case")
    category.select_option(index=1)
    acceptor.fill("Done by which day?", f"{clock.today().replace(year=clock.today().year + 1):%Y-%m-%d}")
    acceptor.fill("Answer to the residents", "街道采纳，由环卫中心办理。")
    acceptor.press("Next: check")
    acceptor.press("Publish the answer")
    server.work()
    acceptor.open(f"/proposals/{proposal}")
    link = acceptor.main.locator("a[href*='/cases/2']").first
    return re.search(r"/cases/(\d+)", link.get_attribute("href")).group(1)


def _is_rated(server, proposer, neighbours, proposal, number):
    """The proposer and those who seconded say how it went."""
    proposer.open(f"/cases/{number}")
    proposer.open(f"/proposals/{proposal}")
    proposer.press("Send my rating", status=422)
    proposer.choose("Solved, and well done")
    proposer.press("Send my rating")
    proposer.sees("Thank you. Your rating is counted.")
    neighbours[0].open(f"/proposals/{proposal}")
    neighbours[0].choose("Solved, more or less")
    neighbours[0].press("Send my rating")
    neighbours[2].open(f"/proposals/{proposal}")  # voted, but neither proposed nor seconded
    neighbours[2].sees("Whoever proposed or seconded this rates it. You can write a comment.")


def _is_all_told(walk, proposal, number):
    """Anybody reads the whole thread, in order, every station done; a machine reads the same."""
    reader = walk.person("reader")
    reader.open(f"/proposals/{proposal}")
    reader.follow("Every step in detail")
    steps = reader.page.locator("main ol.trace > li")
    names = [" ".join(name.split()) for name in steps.locator(".trace-name").all_inner_texts()]
    done = " " + reader.t("(done)")
    assert [name.removesuffix(done) for name in names] == [reader.t(station) for station in STATIONS], names
    assert all("is-done" in (steps.nth(n).get_attribute("class") or "") for n in range(steps.count()))
    thread = reader.context.request.get(f"{walk.root}/proposals/{proposal}/trace.json").json()
    moments = [station["from"] for station in thread["stations"]]
    assert moments == sorted(moments) and {station["status"] for station in thread["stations"]} == {"done"}
    written = [entry["seq"] for station in thread["stations"] for entry in station["entries"]]
    assert written == sorted(written) and len(written) > 15
    reader.open(f"/cases/{number}")
    reader.open("/cases/")
    reader.open("/")
    reader.open("/proposals/?state=done")
    reader.open("/search?q=" + TITLE[:3])
    reader.open("/spaces/")
    assert place_name(walk) in reader.text()
