"""A volunteer's patrol, walked by separate people: joining the team, the walk, the lead's word, the case, the rating."""

import pytest

from tests.browser.cast import STAFF, case_is_closed, gather

WAYS = {
    "phone": {"width": 390, "axe": True},
    "no-js": {"width": 390, "js": False},
    "english": {"width": 1280, "language": "en", "axe": True},
    "elder": {"width": 1280, "elder": True, "axe": True},
}
WHERE = "前海北沿 12 号门口"


@pytest.mark.parametrize("way", WAYS)
def test_what_a_patrol_finds_becomes_a_case_and_is_closed(walk, server, picture, password_hash, way):
    here = gather(password_hash)
    walk = walk(name=f"patrol-{way}", **WAYS[way])
    volunteer, lead = walk.person("volunteer", "volunteer"), walk.person("lead", "lead")
    _joins(server, volunteer, lead, here)
    patrol = _walks(server, volunteer, here, picture)
    _is_confirmed(server, volunteer, lead, here, patrol)
    number = _becomes_a_case(server, volunteer, patrol)
    desks = {name: walk.person(name, name) for name in (*STAFF, "officer") if name != "moderator"}
    case_is_closed(walk, desks, number, here.unit, picture)
    _is_rated_and_told(walk, volunteer, number, patrol, here)


def _joins(server, volunteer, lead, here):
    volunteer.open("/brands/")
    volunteer.open("/brands/xicheng_aunties")
    volunteer.read(here.team_name)
    volunteer.fill("A word to the lead", "每天早上都有空。")
    volunteer.press("Ask to join")
    volunteer.sees("You have asked to join")
    server.work()
    lead.open("/notifications/")
    lead.open(f"/teams/{here.team}")
    lead.press("Accept %(name)s", name="红袖标")
    server.work()


def _walks(server, volunteer, here, picture) -> str:
    """Out in the lane: one thing with a photo, the checklist, handed in."""
    volunteer.open(f"/teams/{here.team}")
    volunteer.follow("Start patrol")
    volunteer.press("Start patrol", status=422)  # which lane?
    volunteer.fill("Which lane or post", "前海北沿")
    volunteer.fill("How many go with you", "1")
    volunteer.press("Start patrol")
    patrol = volunteer.number(r"/patrols/(\d+)")
    volunteer.follow("Record with a photo")
    volunteer.pick("What is it", volunteer.t("Piled-up clutter"))
    volunteer.press("Record", status=422)
    volunteer.fill("Where exactly", WHERE)
    volunteer.attach("Photos", picture)
    volunteer.fill("What does the photo show?", "门口堆着旧家具")
    volunteer.fill("What you saw", "门口堆着旧家具，挡住了半条路。")
    volunteer.press("Record")
    assert WHERE in volunteer.text()
    server.later(minutes=40)
    volunteer.open(f"/patrols/{patrol}")
    volunteer.follow("End patrol")
    tenth = volunteer.main.locator("fieldset", has_text=volunteer.t("No piled-up clutter")).first
    volunteer.choose("Problem", within=tenth)
    volunteer.press("The rest is in order")
    volunteer.press("Hand in to the team lead")
    volunteer.sees("Waiting for the team lead")
    assert not volunteer.has("form[action$='/moves']")  # nobody confirms his own
    return patrol


def _is_confirmed(server, volunteer, lead, here, patrol):
    """The lead asks for a change first, then confirms."""
    server.work()
    lead.open(f"/teams/{here.team}")
    lead.read("前海北沿")
    lead.fill("What should be changed", "请把时间再看一下。")
    lead.press("Return with a reason")
    server.work()
    volunteer.open(f"/patrols/{patrol}")
    volunteer.sees("The team lead asks you:")
    volunteer.follow("Fill in and hand in")
    volunteer.press("Hand in to the team lead")
    server.work()
    lead.open(f"/patrols/{patrol}")
    lead.press("Confirm this patrol")
    server.work()


def _becomes_a_case(server, volunteer, patrol) -> str:
    volunteer.open(f"/patrols/{patrol}")
    volunteer.press("Report as a case: %(where)s", where=WHERE)
    server.work()
    return volunteer.number(r"/cases/(\d+)")


def _is_rated_and_told(walk, volunteer, number, patrol, here):
    volunteer.open("/notifications/")
    volunteer.open(f"/cases/{number}")
    volunteer.press("Send the rating", status=422)
    volunteer.choose("Solved, and well done")
    volunteer.press("Send the rating")
    volunteer.open("/me/")
    reader = walk.person("reader")
    reader.open(f"/patrols/{patrol}")
    reader.click(f"a[href$='/cases/{number}']")
    reader.sees("How it was rated")
    assert "红袖标" not in reader.text()  # volunteers are not named
    log = reader.main.locator("section[aria-labelledby=log] ul.rows > li").all_inner_texts()
    told = [
        reader.t(step)
        for step in ("Reported.", "Taken in.", "Filed.", "Handled.", "Inspected on site: done.", "Closed.")
    ]
    places = [next(n for n, line in enumerate(log) if step in line) for step in told]
    assert places == sorted(places) or places == sorted(places, reverse=True), log
    reader.read(WHERE)
    reader.open(f"/teams/{here.team}")
    reader.open("/patrols/")
