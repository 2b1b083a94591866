"""Chinese at the root, English below /en/: the same pages under the same addresses."""

import pytest

from portal.web.context import phrases
from portal.web.request import safe_path


def test_the_address_decides_the_language(client):
    chinese, english = client.get("/gallery").text, client.get("/en/gallery").text
    assert '<html lang="zh-CN"' in chinese
    assert '<html lang="en"' in english
    assert 'href="/en/' in english


@pytest.mark.parametrize("path", ["/en", "/en/"])
def test_the_english_home_has_no_stutter(client, path):
    assert client.get(path, follow_redirects=True).status_code == 200


def test_what_merely_begins_like_english_is_not(client):
    assert client.get("/enormous").status_code == 404


def test_each_page_names_its_twin(client):
    assert 'href="/en/gallery?x=1"' in client.get("/gallery?x=1").text
    assert 'href="/gallery?x=1"' in client.get("/en/gallery?x=1").text


def test_switches_keep_a_cookie_and_lead_back(client):
    answer = client.get("/elder?on=1&next=/gallery")
    assert (answer.status_code, answer.location) == (302, "/gallery")
    assert "elder=1" in answer.headers["Set-Cookie"]
    assert "elder" in client.get("/gallery").text
    assert client.get("/elder?on=1&next=//evil.example").location == "/"
    assert "theme=light" in client.get("/theme?to=<script>").headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("target", "kept"),
    [("/a?b=1", True), (None, False), ("", False), ("a", False), ("//evil", False), ("/\\evil", False), ("https://evil", False),
     ("/a\nSet-Cookie: x", False), ("/" + "a" * 2000, False), ("javascript:alert(1)", False), ("/proposals/1#c2", True), ("/\t/evil", False)],
)  # fmt: skip
def test_nothing_leads_away_from_here(target, kept):
    assert (safe_path(target) is not None) is kept


@pytest.mark.parametrize(("title", "drawn"), [
    ("前海西街非机动车占便道", '<span class="phrase">前海<wbr>西街<wbr>非机动车占便道</span>'),
    ("垃圾桶站挪到背风处，加盖", '<span class="phrase">垃圾桶站<wbr>挪到<wbr>背风处，</span><span class="phrase">加盖</span>'),
    ("前海 18 号院", '<span class="phrase">前海 18 号院</span>'),
    ("A bicycle rack", "A bicycle rack"),
    ("<b>", "&lt;b&gt;"),
])  # fmt: skip
def test_a_heading_breaks_at_its_commas_or_between_its_words(title, drawn):
    assert str(phrases(title)) == drawn
