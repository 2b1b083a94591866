"""Who uses no mouse, who reads in the dark, who has the narrowest phone: the same pages, the same way through."""

import pytest

from tests import factories
from tests.browser import looks
from tests.browser.cast import gather
from tests.factories import save

# Where the keyboard stands: what it is, whether one sees that, and whether it is in view and not under the bottom bar.
STAND = """() => {
  const el = document.activeElement, box = el.getBoundingClientRect(), look = getComputedStyle(el);
  const around = el.closest("label.choice"), frame = around ? getComputedStyle(around) : look;
  const bar = document.querySelector(".tabbar"), top = bar && bar.getClientRects().length ? bar.getBoundingClientRect().top : innerHeight;
  const seen = (s) => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== "none";
  return {tag: el.tagName, name: el.name || "", value: el.value || "", text: (el.textContent || "").trim().slice(0, 40), cls: el.className.toString(),
          seen: seen(look) || seen(frame), y: Math.round(box.top + scrollY), inMain: !!el.closest("main"), html: el.outerHTML.slice(0, 100),
          inView: box.bottom > 0 && (el.closest(".tabbar") ? true : box.top < top)};
}"""


@pytest.fixture
def vote(server, password_hash):
    """Somebody, and a proposal that is being voted on."""
    here = gather(password_hash)
    space = factories.db.Session().get(factories.Space, here.space)
    voter = factories.db.Session().query(factories.User).filter_by(username="stone").one()
    author = factories.db.Session().query(factories.User).filter_by(username="whistle").one()
    proposal = factories.make_proposal(author, space, state="voting", title="西街口设停车架")
    ballot = factories.make_ballot(proposal, state="open", eligible_count=1)
    proposal.ballot_id = ballot.id
    save(proposal)
    from portal.ballots.models import Elector
    from portal.proposals.models import ProposalTerm
    from portal.text.terms import index_terms

    save(*(ProposalTerm(proposal_id=proposal.id, term=term) for term in index_terms(proposal.title)))
    save(Elector(ballot_id=ballot.id, user_id=voter.id, seat=f"u:{voter.id}"))
    case = factories.make_case(voter, state="accepted", where="前海北沿 12 号")
    ids = proposal.id, ballot.id, case.number
    factories.db.Session.remove()
    return ids


def tab(person, key="Tab") -> dict:
    person.page.keyboard.press(key)
    return person.page.evaluate(STAND)


def test_the_skip_link_comes_first_and_leads_to_the_text(walk, vote):
    person = walk(name="keyboard").person("stone", "stone")
    person.open(f"/proposals/{vote[0]}")
    first = tab(person)
    assert "skip" in first["cls"] and first["seen"] and first["inView"]
    person.page.keyboard.press("Enter")
    after = tab(person)
    assert after["inMain"], after


@pytest.mark.parametrize("width", [390, 1280])
def test_one_votes_with_the_keyboard_alone(walk, vote, width):
    """Tab reaches everything in reading order, one always sees where one is, the arrows choose, Enter sends."""
    person = walk(name=f"keyboard-{width}", width=width).person("stone", "stone")
    person.open(f"/proposals/{vote[0]}")
    stops = []
    for _ in range(80):
        stand = tab(person)
        assert stand["seen"], f"one does not see where the keyboard is: {stand['html']}"
        assert stand["inView"], f"the keyboard is out of sight: {stand['html']}"
        if stand["inMain"]:
            stops.append(stand["y"])
        if stand["name"] == "choice":
            break
    else:
        pytest.fail("Tab never reached the vote")
    if width == 390:
        assert stops == sorted(stops), "the order of Tab is not the order of reading"
    person.page.keyboard.press("Space")
    assert person.has("input[name=choice]:checked") == 1
    person.page.keyboard.press("ArrowDown")
    assert person.page.evaluate("document.activeElement.value") == "against"
    assert tab(person)["tag"] == "BUTTON"
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    person.sees("Check your vote")
    for _ in range(60):
        if tab(person)["text"] == person.t("Cast this vote"):
            break
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    person.sees("Your vote is cast")
    assert person.t("Against") in person.text()


def test_what_is_refused_has_the_keyboard_and_leads_to_its_field(walk, server, password_hash):
    gather(password_hash)
    person = walk(name="keyboard-form").person("stone", "stone")
    person.open("/proposals/new?place=110102003001")
    person.main.get_by_role("radio").first.check()
    person.press("Next: describe the matter")
    person.press("Next: check", status=422)
    assert "error-summary" in person.page.evaluate("document.activeElement.className")
    assert person.page.title().startswith(person.t("Error:"))
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Enter")
    assert person.page.evaluate("document.activeElement.id") == "title"


def test_what_is_alike_is_offered_while_the_title_is_typed(walk, vote):
    person = walk(name="similar").person("stone", "stone")
    person.open("/proposals/new?place=110102003001")
    person.main.get_by_role("radio").first.check()
    person.press("Next: describe the matter")
    assert not person.has("#similar a")
    person.page.locator("#title").press_sequentially("西街口停车", delay=20)  # and the field is not left
    person.page.locator("#similar a", has_text="西街口设停车架").wait_for()
    assert person.page.evaluate("document.activeElement.id") == "title"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_dark_theme_has_contrast(walk, vote, language):
    one = walk(name=f"dark-{language}", theme="dark", axe=True, language=language)
    person = one.person("stone", "stone")
    proposal, ballot, number = vote
    for path in ("/", "/proposals/", f"/proposals/{proposal}", f"/ballots/{ballot}", f"/cases/{number}"):
        person.open(path)
        assert person.page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_narrowest_phone_with_the_largest_text_scrolls_down_only(walk, vote, language):
    """320 px, elder mode, and the text doubled by the reader on a larger screen."""
    one = walk(name=f"narrow-{language}", width=320, elder=True, language=language)
    person = one.person("stone", "stone")
    proposal, ballot, number = vote
    for path in ("/", "/places/", "/spaces/", "/proposals/", f"/proposals/{proposal}", f"/ballots/{ballot}", "/brands/", "/cases/", f"/cases/{number}",
                 "/cases/new", "/me/", "/notifications/", "/search?q=西街", "/pages/about", "/pages/privacy", "/pages/rules"):  # fmt: skip
        person.open(path)
        person.page.set_viewport_size({"width": 640, "height": 900})
        person.page.evaluate("document.documentElement.style.fontSize = '200%'")
        wider = person.page.evaluate(looks.WIDER)
        assert not wider, f"{path} with doubled text: {wider}"
        person.page.set_viewport_size({"width": 320, "height": 844})
