"""The list, the page and the three steps of writing a proposal, as a browser sees them."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from PIL import Image

from portal import clock, db, files, links
from portal.clock import utcnow
from portal.conversations.models import Comment
from portal.policy import Level, Role
from portal.proposals import service
from portal.proposals.models import Objection, Proposal, ProposalVersion, Second
from portal.proposals.states import ProposalState
from portal.spaces.models import Topic
from portal.spaces.rules import RuleSet
from tests.factories import COMMUNITY, save

S = ProposalState


def picture():
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "grey").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize("state", list(S))
def test_every_state_has_its_page(client, make, state):
    author = make.user()
    p = make.proposal(
        author=author, state=state.value, answer="由街道办理。", result="已装好。", closing_note="请写清地点。"
    )
    if state in (S.VOTING, S.FAILED, S.PUBLICITY):
        p.ballot_id = make.ballot(p, state="open", eligible_count=10, for_count=3, against_count=1).id
        save(p)
    page = client.sign_in(author).get(f"/proposals/{p.id}")
    assert page.status_code == 200
    assert p.title in page.text


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "refused"])
def test_what_is_not_public_is_seen_by_its_author_and_reviewers_only(client, make, state):
    author = make.user()
    p = make.proposal(author=author, state=state, submitted_at=utcnow())
    assert client.get(f"/proposals/{p.id}").status_code == 404
    assert client.sign_in(make.user()).get(f"/proposals/{p.id}").status_code == 404
    assert client.sign_in(make.staff()).get(f"/proposals/{p.id}").status_code == 200
    assert client.sign_in(author).get(f"/proposals/{p.id}").status_code == 200


def test_a_draft_nobody_sent_is_hidden_from_staff_too(client, make):
    p = make.proposal(state="draft")
    assert client.sign_in(make.staff()).get(f"/proposals/{p.id}").status_code == 404


def test_the_list_is_about_a_place_and_says_so(client, make):
    p = make.proposal(state="gathering")
    page = client.get(f"/proposals/?place={COMMUNITY}").text
    assert "前海社区" in re.search(r"<h1.*?</h1>", page).group()
    assert p.title in page
    assert p.title not in client.get("/proposals/?place=110102003002").text


def test_a_remembered_place_that_is_gone_is_everywhere(client, make):
    p = make.proposal(state="gathering")
    client.set_cookie("place", "999999")
    assert p.title in client.get("/proposals/").text
    assert client.get("/proposals/new").status_code == 200
    assert client.get("/proposals/?place=999999").status_code == 404


def test_the_filter_leads_up_and_down(client, make):
    make.proposal(state="gathering")
    page = client.get("/proposals/?place=110102003").text
    for code in ("all", "11", "110102", "110102003", "110102003001", "110102003002"):
        assert f'value="{code}"' in page
    assert client.get("/proposals/?place=all").status_code == 200


def test_an_empty_list_offers_to_begin(client, make):
    make.places()
    page = client.get(f"/en/proposals/?place={COMMUNITY}").text
    assert "Nothing under discussion yet" in page
    assert "/en/proposals/new" in page


@pytest.mark.parametrize(
    "query",
    ["state=nonsense", "sort=%00", "theme=x", "after=zzz", "q=" + "长" * 500, "space=9" * 30, "before=%F0%9F%98%80"],
)
def test_unusable_filters_are_ignored(client, make, query):
    make.proposal(state="gathering")
    assert client.get(f"/proposals/?{query}").status_code == 200


def test_the_list_sent_to_htmx_is_its_rows_only(client, make):
    p = make.proposal(state="gathering")
    part = client.get("/proposals/", headers={"HX-Request": "true"})
    assert p.title in part.text
    assert "<html" not in part.text
    assert "HX-Request" in part.headers["Vary"]


def test_while_one_types_the_chips_follow_and_claim_no_numbers(client, make, session):
    p = make.proposal(state="gathering", title="西街口装路灯")
    service.index_title(session, p)
    session.commit()
    whole = client.get("/proposals/?place=all").text
    assert 'class="num"' in whole
    assert "hx-swap-oob" not in whole
    part = client.get("/proposals/?place=all&q=灯", headers={"HX-Request": "true"}).text
    assert part.count('id="groups" hx-swap-oob="true"') == 1
    assert "q=%E7%81%AF&amp;place=all" in part or "place=all&amp;q=%E7%81%AF" in part
    assert 'class="num"' not in part
    assert 'class="num"' not in client.get("/cases/?q=灯").text


def test_every_row_shows_where_it_stands(client, make):
    make.proposal(state="gathering", seconds_count=1)
    page = client.get("/en/proposals/").text
    assert "Step 3: Seconding" in page
    assert "1 seconds, 2 needed" in page


def voting(make):
    p = make.proposal(state="voting")
    p.ballot_id = make.ballot(p, state="open", eligible_count=3).id
    return save(p)


def test_the_list_is_light(client, make):
    p = voting(make)
    values = {c.key: getattr(p, c.key) for c in sa.inspect(Proposal).columns if c.key not in ("id", "thread_id")}
    db.Session().execute(sa.insert(Proposal), [values | {"title": f"提案{n}"} for n in range(30)])
    db.Session().commit()
    assert len(client.get(f"/proposals/?place={COMMUNITY}").data) <= 30 * 1024


def test_the_page_is_light_however_much_was_said(client, make):
    p, people = voting(make), [make.user() for _ in range(5)]
    said = "早晚高峰这里很挤" * 4
    save(
        *(
            Comment(thread_id=p.thread_id, author_id=people[n % 5].id, body=said, html=f"<p>{said}</p>\n")
            for n in range(60)
        )
    )
    files.attach_photos(db.Session(), people[0], ("proposal", p.id), [picture()], ["西街口"])
    p.photo_count = 1
    save(p)
    assert len(client.get(f"/proposals/{p.id}").data) <= 60 * 1024


def test_signed_out_pages_answer_304(client, make):
    p = make.proposal(state="gathering")
    first = client.get(f"/proposals/{p.id}")
    assert client.get(f"/proposals/{p.id}", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_resident_seconds_and_takes_it_back(client, make, session):
    p = make.proposal(state="gathering", space=make.space(rules=RuleSet(seconds_needed=5)))
    client.sign_in(make.user())
    assert "hand-thumbs-up" in client.get(f"/proposals/{p.id}").text
    assert client.post(f"/proposals/{p.id}/seconds").status_code == 303
    client.post(f"/proposals/{p.id}/seconds")
    assert session.get(Proposal, p.id, populate_existing=True).seconds_count == 1
    page = client.get(f"/proposals/{p.id}").text
    assert f"/proposals/{p.id}/seconds/withdrawal" in page
    assert client.post(f"/proposals/{p.id}/seconds/withdrawal").status_code == 303
    assert session.get(Proposal, p.id, populate_existing=True).seconds_count == 0


def test_seconding_twenty_at_once_costs_few_statements(client, make, sql):
    p = make.proposal(state="gathering", space=make.space(rules=RuleSet(seconds_needed=5)))
    client.sign_in(make.user())
    with sql() as seen:
        assert client.post(f"/proposals/{p.id}/seconds").status_code == 303
    assert len(seen) <= 10


def test_a_stale_second_is_asked_to_confirm_with_a_link_to_the_change(client, make):
    reader = make.user()
    p = make.proposal(state="gathering", version=2, stale_seconds_count=1)
    save(
        ProposalVersion(proposal_id=p.id, number=2, title=p.title, body="新的", why="改了地点"),
        Second(proposal_id=p.id, user_id=reader.id, version=1, stale=True),
    )
    page = client.sign_in(reader).get(f"/en/proposals/{p.id}").text
    assert "I still second it" in page
    assert f"/en/proposals/{p.id}/versions?older=1&amp;newer=2" in page


def test_who_may_not_second_reads_why_and_what_helps(client, make):
    p = make.proposal(state="gathering")
    page = client.get(f"/en/proposals/{p.id}").text
    assert "/en/sign-in?next=" in page
    assert "Whoever is confirmed can do this. Please sign in" in page
    page = client.sign_in(make.user(level=Level.PHONE)).get(f"/en/proposals/{p.id}").text
    assert "/en/verify?next=" in page
    refused = client.post(f"/en/proposals/{p.id}/seconds")
    assert refused.status_code == 403
    assert "Get verified" in refused.text


def test_following_and_stopping(client, make):
    p = make.proposal(state="gathering")
    client.sign_in(make.user())
    assert client.post(f"/proposals/{p.id}/follows").status_code == 303
    assert "/follows/withdrawal" in client.get(f"/proposals/{p.id}").text
    assert client.post(f"/proposals/{p.id}/follows/withdrawal").status_code == 303
    assert "/follows/withdrawal" not in client.get(f"/proposals/{p.id}").text


def on_notice(make, **over):
    return make.proposal(state="publicity", objections_until=utcnow() + timedelta(days=5), **over)


def test_an_objection_stands_on_the_page_and_an_empty_one_keeps_the_page(client, make, session):
    p = on_notice(make)
    client.sign_in(make.user())
    empty = client.post(f"/en/proposals/{p.id}/objections", data={"body": "  "})
    assert empty.status_code == 422
    assert "Write what speaks against it." in empty.text
    assert client.post(f"/en/proposals/{p.id}/objections", data={"body": "会挡住窗户。"}).status_code == 303
    page = client.get(f"/en/proposals/{p.id}").text
    assert "会挡住窗户。" in page
    assert "Your objection stands above" in page
    again = client.post(f"/en/proposals/{p.id}/objections", data={"body": "还会吵。"})
    assert again.status_code == 422
    assert "还会吵。" in again.text


def test_a_notice_that_is_over_says_that_nobody_objected(client, make):
    p = on_notice(make)
    pages = f"/en/proposals/{p.id}", f"/en/proposals/{p.id}/trace"
    assert all("No objection so far" in client.get(page).text for page in pages)
    with clock.travel(days=5):
        page, trace = (client.get(page).text for page in pages)
    assert "No objection was raised." in page
    assert "No objection" in trace
    assert "so far" not in page + trace


def test_a_hidden_objection_leaves_a_stub(client, make):
    p = on_notice(make, objection_count=1)
    save(
        Objection(
            proposal_id=p.id,
            author_id=make.user().id,
            body="秘密地址",
            hidden_at=utcnow(),
            hidden_reason="private_data",
        )
    )
    page = client.get(f"/proposals/{p.id}").text
    assert "秘密地址" not in page
    assert "objection-" in page


def test_whoever_seconded_rates_the_result(client, make, session):
    p = make.proposal(state="done", result="装好了三盏灯。", done_at=utcnow(), seconds_count=3)
    rater = make.user()
    save(Second(proposal_id=p.id, user_id=rater.id, version=1))
    assert "装好了三盏灯。" in client.get(f"/proposals/{p.id}").text
    client.sign_in(rater)
    assert client.post(f"/proposals/{p.id}/ratings", data={}).status_code == 422
    assert client.post(f"/proposals/{p.id}/ratings", data={"answer": "satisfied"}).status_code == 303
    assert session.get(Proposal, p.id, populate_existing=True).rating_yes_count == 1


def test_a_hidden_proposal_is_a_stub_for_others_and_still_there_for_its_author(client, make):
    author = make.user()
    p = make.proposal(author=author, state="gathering", hidden_at=utcnow(), hidden_reason="advertising")
    page = client.get(f"/proposals/{p.id}")
    assert page.status_code == 404
    assert p.title not in page.text
    assert client.sign_in(author).get(f"/proposals/{p.id}").status_code == 200


def test_an_imported_proposal_shows_its_source_and_keeps_outside_votes_apart(client, make):
    author = make.user(
        level=Level.VISITOR, kind="outside", display_name="Participant 7", username=None, source_ref="x:7"
    )
    p = make.proposal(
        author=author,
        state="accepted",
        source_ref="x:1",
        source_name="decidim.barcelona",
        outside_votes=41,
        seconds_count=0,
    )
    page = client.get(f"/en/proposals/{p.id}").text
    assert "41 supporters on decidim.barcelona" in page
    assert "Participant 7" in page


def test_merged_proposals_point_at_the_other_one(client, make):
    other = make.proposal(state="gathering")
    p = make.proposal(state="merged", merged_into_id=other.id)
    assert f"/proposals/{other.id}" in client.get(f"/proposals/{p.id}").text


# ---- Writing


def test_visitors_read_why_they_cannot_propose_yet(client, make):
    make.places()
    page = client.get("/en/proposals/new")
    assert page.status_code == 200
    assert "Sign in" in page.text
    assert client.post("/proposals/new", data={}).status_code in (302, 403)


def test_the_three_steps_save_as_they_go(client, make, session):
    author, space = make.user(), make.space()
    client.sign_in(author)
    start = client.get(f"/proposals/new?place={COMMUNITY}").text
    key = re.search(r'name="client_key"[^>]*value="(\w+)"', start).group(1)
    data = {"place_code": COMMUNITY, "space_id": str(space.id), "client_key": key, "source": ""}
    first = client.post("/proposals/new", data=data)
    assert first.status_code == 303
    assert client.post("/proposals/new", data=data).headers["Location"] == first.headers["Location"]
    p = session.scalars(sa.select(Proposal)).one()

    missing = client.post(
        f"/proposals/{p.id}/draft", data={"title": "停车太乱", "where": "", "theme": "traffic", "body": ""}
    )
    assert missing.status_code == 422
    assert "停车太乱" in missing.text
    assert session.get(Proposal, p.id, populate_existing=True).title == "停车太乱"

    said = {
        "title": "在西街口设停车架",
        "where": "西街口",
        "theme": "traffic",
        "body": "早晚停满车。",
        "plan": "沿北墙设三组架子。",
    }
    photos = {"photos": [(io.BytesIO(picture()), "a.jpg")], "alt": "西街口停满车"}
    step = client.post(f"/proposals/{p.id}/draft", data=said | photos, content_type="multipart/form-data")
    assert step.headers["Location"].endswith(f"/proposals/{p.id}/check")
    check = client.get(f"/proposals/{p.id}/check").text
    assert "在西街口设停车架" in check
    assert "西街口停满车" in check

    sent = client.post(f"/proposals/{p.id}/submission")
    assert sent.headers["Location"].endswith(f"/proposals/{p.id}/sent")
    assert client.post(f"/proposals/{p.id}/submission").status_code == 303
    assert str(p.id) in client.get(f"/proposals/{p.id}/sent").text
    assert session.get(Proposal, p.id, populate_existing=True).state is S.SUBMITTED
    assert client.get(f"/proposals/{p.id}/draft").status_code == 409


def test_a_draft_saves_itself_while_one_types(client, make, session):
    author = make.user()
    p = make.proposal(author=author, state="draft")
    saved = client.sign_in(author).post(
        f"/proposals/{p.id}/draft/text", data={"title": "只有标题", "theme": "bogus", "body": "\x00半句"}
    )
    assert saved.get_json() == {"saved": True}
    p = session.get(Proposal, p.id, populate_existing=True)
    assert (p.title, p.body) == ("只有标题", "半句")


def test_another_place_is_chosen_without_losing_what_was_typed(client, make, session):
    author = make.user()
    p = make.proposal(author=author, state="draft", title="")
    page = client.sign_in(author).get(f"/proposals/{p.id}/draft").text
    assert re.search(r'<button[^>]* form="say" name="place"', page)
    answer = client.post(f"/proposals/{p.id}/draft", data={"title": "刚写的半句", "place": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/proposals/{p.id}/place")
    assert session.get(Proposal, p.id, populate_existing=True).title == "刚写的半句"


def test_the_page_of_a_draft_speaks_of_a_draft(client, make):
    author = make.user()
    p = make.proposal(author=author, state="draft", title="前海添两张棋桌", submitted_at=None, published_at=None)
    page = client.sign_in(author).get(f"/en/proposals/{p.id}").text
    assert "last changed" in page
    assert "Delete this draft" in page
    for word in ("Withdraw the proposal", "Change the text", "proposed "):
        assert word not in page
    assert "Nobody but you has seen it" in client.get(f"/en/proposals/{p.id}/withdrawal").text
    answer = client.post(f"/en/proposals/{p.id}/withdrawal")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/me/")
    page = client.get("/en/me/").text
    assert "The draft is deleted." in page
    assert f"/proposals/{p.id}" not in page
    assert client.get(f"/en/proposals/{p.id}").status_code == 404


def test_a_draft_belongs_to_its_author(client, make):
    p = make.proposal(state="draft")
    client.sign_in(make.user())
    for url in ("draft", "check", "place", "sent"):
        assert client.get(f"/proposals/{p.id}/{url}").status_code == 404
    assert client.post(f"/proposals/{p.id}/draft/text", data={"title": "抢"}).status_code in (403, 404)
    assert client.post(f"/proposals/{p.id}/photos/1/removal").status_code in (403, 404)


def test_photos_of_a_draft_can_be_removed(client, make, session):
    author = make.user()
    p = make.proposal(author=author, state="draft")
    photo = service.add_photos(author, p.id, [picture()], ["门口"])[0]
    client.sign_in(author)
    assert "门口" in client.get(f"/proposals/{p.id}/draft").text
    assert client.post(f"/proposals/{p.id}/photos/{photo.id}/removal").status_code == 303
    assert session.get(Proposal, p.id, populate_existing=True).photo_count == 0


def test_a_file_that_is_no_photo_is_refused_beside_its_field_and_the_words_stay(client, make):
    author = make.user()
    p = make.proposal(author=author, state="draft")
    said = {
        "title": "在西街口设停车架",
        "where": "西街口",
        "theme": "traffic",
        "body": "早晚停满车。",
        "photos": [(io.BytesIO(b"no"), "a.jpg")],
    }
    page = client.sign_in(author).post(f"/en/proposals/{p.id}/draft", data=said, content_type="multipart/form-data")
    assert page.status_code == 422
    assert "not a photo we can read" in page.text
    assert "早晚停满车。" in page.text


def test_somebody_with_a_phone_number_drafts_but_does_not_send(client, make):
    author = make.user(level=Level.PHONE)
    p = make.proposal(author=author, state="draft", where="西街口")
    page = client.sign_in(author).get(f"/en/proposals/{p.id}/check").text
    assert "You can write it, but not send it yet" in page
    assert "/en/verify" in page
    assert "/submission" not in page
    assert client.post(f"/proposals/{p.id}/submission").status_code == 403


def test_emergency_words_show_the_numbers_before_anything_can_be_sent(client, make, session):
    author = make.user()
    p = make.proposal(author=author, state="draft", where="西街口", title="西街口着火了")
    client.sign_in(author)
    page = client.get(f"/proposals/{p.id}/check").text
    assert 'href="tel:119"' in page
    assert client.post(f"/proposals/{p.id}/submission", data={}).status_code == 422
    assert session.get(Proposal, p.id, populate_existing=True).state is S.DRAFT
    assert client.post(f"/proposals/{p.id}/submission", data={"no_emergency": "y"}).status_code == 303


def test_similar_proposals_are_offered_with_a_way_to_second_them(client, make):
    author = make.user()
    p = make.proposal(author=author, state="gathering", title="西街口设非机动车停放架")
    service.index_title(db.Session(), p)
    db.Session().commit()
    part = client.get(f"/en/proposals/similar?title=西街口停放架&place={COMMUNITY}").text
    assert p.title in part
    assert "#second" in part
    assert client.get("/proposals/similar").status_code == 200
    own = client.sign_in(author).get(f"/en/proposals/similar?title=西街口停放架&place={COMMUNITY}").text
    assert p.title in own
    assert "#second" not in own


def test_a_topic_leads_to_a_draft_that_is_linked_with_it(client, make, session):
    author, space = make.user(), make.space()
    topic = save(Topic(space_id=space.id, author_id=author.id, title="停车怎么办"))
    client.sign_in(author)
    assert "停车怎么办" in client.get(f"/proposals/new?place={COMMUNITY}&from=topic:{topic.id}").text
    data = {"place_code": COMMUNITY, "space_id": str(space.id), "client_key": "k", "source": f"topic:{topic.id}"}
    assert client.post("/proposals/new", data=data).status_code == 303
    p = session.scalars(sa.select(Proposal)).one()
    assert links.linked(session, "proposal", p.id)[0] == [("topic", topic.id)]
    assert "What came of it" not in client.get(f"/en/topics/{topic.id}").text  # a draft is nobody else's


def test_a_topic_shows_the_proposals_that_came_of_it(client, make):
    topic, shown, hidden = make.topic(), make.proposal(state="voting"), make.proposal(hidden_at=utcnow())
    with db.transaction() as inner:
        for p in (shown, hidden):
            links.add(inner, ("topic", topic.id), ("proposal", p.id))
    page = client.sign_in(make.user()).get(f"/en/topics/{topic.id}").text
    assert page.index("What came of it") < page.index(f'href="/en/proposals/{shown.id}"') < page.index("Voting")
    assert f'href="/en/proposals/{hidden.id}"' not in page
    assert "There is a proposal from this topic already." in page


def test_a_finding_becomes_a_draft_in_one_step(client, make, session):
    volunteer = make.user()
    make.space()
    finding = make.finding(make.patrol(volunteer, state="confirmed"))
    answer = client.sign_in(volunteer).post(f"/findings/{finding.id}/proposals")
    p = session.scalars(sa.select(Proposal)).one()
    assert answer.headers["Location"].endswith(f"/proposals/{p.id}/draft")
    assert (p.where, p.body) == (finding.where, finding.note)


# ---- Changing


def test_a_revision_says_why_and_can_be_compared(client, make, session):
    author = make.user()
    p = make.proposal(author=author, state="gathering", seconds_count=2)
    client.sign_in(author)
    assert client.get(f"/proposals/{p.id}/edit").status_code == 200
    data = {"title": p.title, "body": "早晚停满车，轮椅和担架过不去。", "plan": "", "why": "", "material": "yes"}
    assert client.post(f"/proposals/{p.id}/edit", data=data).status_code == 422
    assert client.post(f"/proposals/{p.id}/edit", data=data | {"why": "加上担架"}).status_code == 303
    page = client.get(f"/proposals/{p.id}/versions").text
    assert re.search(r"<ins>.*?担架", page)
    assert "加上担架" in page
    assert client.get(f"/proposals/{p.id}/versions?older=99&newer=abc").status_code == 200


def test_only_the_author_edits(client, make):
    p = make.proposal(state="gathering")
    assert client.sign_in(make.user()).get(f"/proposals/{p.id}/edit").status_code == 403


def test_withdrawing_asks_first(client, make, session):
    author = make.user()
    p = make.proposal(author=author, state="gathering")
    client.sign_in(author)
    assert client.get(f"/proposals/{p.id}/withdrawal").status_code == 200
    assert session.get(Proposal, p.id, populate_existing=True).state is S.GATHERING
    assert client.post(f"/proposals/{p.id}/withdrawal").status_code == 303
    assert session.get(Proposal, p.id, populate_existing=True).state is S.WITHDRAWN
    assert client.get(f"/proposals/{p.id}/withdrawal").status_code == 409


def test_no_page_shows_what_is_private(client, make):
    author = make.user(real_name="王小明", phone="+8613812345678", building="3号楼", household="3-2-101")
    p = make.proposal(author=author, state="gathering")
    for url in (f"/proposals/{p.id}", "/proposals/", f"/proposals/{p.id}/trace", f"/proposals/{p.id}/trace.json"):
        page = client.get(url).text
        assert not any(secret in page for secret in ("王小明", "13812345678", "3号楼", "3-2-101"))


def test_staff_see_one_link_to_the_desk(client, make):
    p = make.proposal(state="gathering")
    assert f"/staff/proposals/{p.id}" not in client.get(f"/proposals/{p.id}").text
    assert f"/staff/proposals/{p.id}" in client.sign_in(make.staff(Role.PLACE_ADMIN)).get(f"/proposals/{p.id}").text


@pytest.mark.parametrize(
    ("state", "how", "answered", "said"),
    [
        ("accepted", "case", "", "the case desk"),
        ("in_progress", "case", "", "the unit that handles its case"),
        ("in_progress", "case", "环卫中心", "环卫中心"),
        ("accepted", "street_task", "什刹海街道办事处", "什刹海街道办事处"),
    ],
)
def test_what_is_accepted_always_says_by_whom(client, make, state, how, answered, said):
    p = make.proposal(state=state, accepted_how=how, responsible=answered, answer="采纳。", answered_at=utcnow())
    row, page, thread = (client.get(f"/en/proposals/{path}").text for path in ("", p.id, f"{p.id}/trace"))
    assert f"With {said}" in row
    assert re.search(rf"Who does it</dt>\s*<dd.*{said}.*</dd>", page)
    assert said in thread
