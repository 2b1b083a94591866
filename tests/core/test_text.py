"""Words: cleaned, rendered without danger, found again, compared."""

import html
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.text import clean, diff, emergency, finding, richtext, terms
from portal.text.lazy import _l, _ln

EMERGENCIES = [
    (number, word)
    for number, words in json.loads(Path(emergency.__file__).with_suffix(".json").read_text("utf-8")).items()
    for word in words
]
ANY = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=300)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (None, ""), ("  a b \n", "a b"), ("a\r\nb\rc", "a\nb\nc"), ("nul\x00l", "null"), ("a\u202eb\u2066c", "abc"), ("e\u0301", "é"),
        ("bell\x07 esc\x1b", "bell esc"), ("\ufeff标题", "标题"), ("lone \ud83d half", "lone  half"), ("👨‍👩‍👧", "👨‍👩‍👧"), ("a\tb", "a\tb"),
    ],
)  # fmt: skip
def test_what_people_type_is_cleaned(typed, kept):
    assert clean.clean(typed) == kept


@given(ANY)
def test_cleaning_twice_is_cleaning_once(text):
    once = clean.clean(text)
    assert clean.clean(once) == once
    assert clean.one_line(once) == clean.one_line(text)
    assert "\n" not in clean.one_line(text)


@given(st.sampled_from(EMERGENCIES), ANY, ANY)
def test_a_word_of_an_emergency_is_found_wherever_it_stands(listed, before, after):
    number, word = listed
    texts = [before, f"{before} {word.upper()} {after}", after]
    assert number in [found.number for found in emergency.numbers(*texts)]


def test_excerpts_and_masks():
    assert clean.excerpt("很长的一句话" * 40, 10) == "很长的一句话很长的…"
    assert clean.excerpt("short") == "short"
    assert (clean.mask_name("王小明"), clean.mask_name("Maria"), clean.mask_name("")) == ("王**", "M**", "")
    assert (clean.mask_phone("+8613812345678"), clean.mask_phone("12345")) == ("138****5678", "****")


XSS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](vbscript:x)", "<a href='javascript:alert(1)'>x</a>", "<javascript:alert(1)>",
    "![x](https://evil.example/x.png)", "<svg/onload=alert(1)>", "<iframe src=//evil></iframe>", "<style>*{}</style>",
    "[x](https://a.example \"onmouseover=alert(1)\")", "[x](&#106;avascript:alert(1))", "[x](java\nscript:alert(1))", "`<b onclick=x>`",
    "<p style='x:expression(1)'>a", "<<script>script>alert(1)<</script>/script>", "[a]: javascript:alert(1)\n\n[a]", "<math><mi xlink:href='javascript:1'>",
    "\"><script>alert(1)</script>", "<!--><script>alert(1)</script>", "<details open ontoggle=alert(1)>", "<base href=//evil>", "<form action=//evil>",
]  # fmt: skip
ALLOWED = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "code", "pre", "h3", "h4", "hr"}


def assert_harmless(rendered: str):
    for tag, attributes in re.findall(r"<\s*/?\s*([a-zA-Z][\w-]*)([^>]*)>", rendered):
        assert tag in ALLOWED, f"<{tag}> in {rendered!r}"
        names = set(re.findall(r"([\w:-]+)\s*=\s*\"", attributes))
        assert names <= {"href", "title", "rel", "start"}, f"{names} in {rendered!r}"
        for target in re.findall(r'href="([^"]*)"', attributes):
            scheme = re.match(r"(?:([^/?#:]*):)?", html.unescape(target).strip().lower())[1] or ""  # "//host" has none
            assert scheme in ("http", "https", "mailto", "tel", ""), target
    assert "<" not in re.sub(r"</?[a-z][a-z0-9]*(\s[^<>]*)?>", "", rendered), rendered


@pytest.mark.parametrize("attack", XSS)
def test_an_attack_comes_out_as_words(attack):
    assert_harmless(richtext.render(attack))
    assert_harmless(richtext.sanitise(attack))


@given(
    st.lists(
        st.sampled_from(
            [*XSS, "文字", "**粗**", "\n\n", "> ", "1. ", "`", "<", ">", "&", '"', "[", "](", ")", "://a.b", " "]
        ),
        max_size=12,
    )
)
def test_whatever_is_put_together_stays_harmless(pieces):
    assert_harmless(richtext.render("".join(pieces)))


def test_markdown_is_rendered():
    rendered = richtext.render("# 标题\n\n**要点** 见 https://example.org/a\n\n1. 一\n2. 二\n\n> 引用\n换行")
    for part in (
        "<h3>标题</h3>",
        "<strong>要点</strong>",
        "<ol>",
        "<li>一</li>",
        "<blockquote>",
        "<br",
        'rel="nofollow ugc noopener"',
    ):
        assert part in rendered
    assert richtext.plain("<p>a &lt; b</p>") == "a < b"


PLAIN = st.text(
    alphabet=st.sampled_from("停车架很好，坐轮椅的人过不去。！？（）《》ab cd019\n ：；、…—%"), max_size=120
)


def slow(markdown: str) -> str:
    return richtext._cleaner.clean(richtext._markdown.render(markdown))


@given(PLAIN)
def test_the_quick_way_gives_what_the_slow_way_gives(text):
    text = clean.clean(text)
    if not richtext._is_plain(text):
        return

    def words(rendered):
        return re.sub(r"\s+", " ", re.sub(r"\s*<br ?/?>\s*", "<br>", rendered)).replace("> <", "><").strip()

    assert words(richtext.render(text)) == words(slow(text))


@pytest.mark.parametrize("text", ["普通的一句话。", "两段\n\n文字", "一行\n又一行", "plain words, really"])
def test_ordinary_comments_take_the_quick_way(text):
    assert richtext._is_plain(text)


def test_very_deep_nesting_ends():
    assert_harmless(richtext.render("> " * 3000 + "x"))
    assert_harmless(richtext.render("[" * 3000))
    assert_harmless(richtext.render("*a_" * 2000))


def test_terms_are_the_words_of_both_languages():
    assert terms.terms("前海北沿设停车架") != []
    assert {"bicycle", "parking"} <= set(terms.terms("Bicycle parking for the old"))
    assert terms.terms("Ｃafé Ĉ") == ["cafe", "c"]
    assert terms.terms("的 了 the") == []
    assert set(terms.terms("停车")) & set(terms.terms("设停车架"))
    assert terms.terms("公厕扶手") == ["公厕", "扶手"]  # not 厕扶, which only touch


@pytest.mark.parametrize("asked", ["前海", "前海北沿", "停车", "停车架", "设停车", "北沿设停车架", "海", "沿设"])
def test_a_name_the_dictionary_does_not_know_is_found_by_its_characters(asked):
    index = terms.index_terms("前海北沿设停车架")
    assert terms.terms(asked)
    assert all(any(found.startswith(term) for found in index) for term in terms.terms(asked))


@given(st.text(alphabet=[chr(c) for c in range(0x4E00, 0x4F00)] + ["a", "b", " ", "，"], max_size=40))
def test_every_character_and_every_beginning_of_a_word_that_stands_in_a_title_finds_it(title):
    index = terms.index_terms(title)
    latin = [word for word in re.findall("[a-z]+", title) if len(word) > 1]
    for piece in [*filter("\u3400".__le__, title.replace("，", "")), *latin]:
        words = finding.typed(piece)
        assert words.shape == ((), True, words.shape.common), piece
        assert any(words.given["last"] <= term < words.given["end"] for term in index), piece


@given(ANY)
def test_what_is_typed_becomes_a_few_short_words(text):
    words = finding.typed(text)
    assert len(words.shape.whole) <= finding.MOST
    assert not (words.senseless and words.shape.begun)
    assert all(len(word) <= 24 for name, word in words.given.items() if name == "last" or name.startswith("word"))


@given(ANY)
def test_terms_are_bounded_distinct_and_repeatable(text):
    found = terms.terms(text)
    assert found == terms.terms(text)
    assert len(found) == len(set(found)) <= 40
    assert all(1 <= len(term) <= 24 for term in found)
    assert set(found) <= set(terms.index_terms(text, most=10_000)) or len(text) == 1


@given(ANY, ANY)
def test_a_comparison_holds_both_texts(before, after):
    pieces = diff.compare(before, after)
    assert "".join(text for what, text in pieces if what != "new") == before
    assert "".join(text for what, text in pieces if what != "gone") == after


def test_a_comparison_shows_the_changed_characters_only():
    assert diff.compare("设三个停车架，靠墙。", "设五个停车架，靠墙。") == [
        ("same", "设"), ("gone", "三"), ("new", "五"), ("same", "个停车架，靠墙。"),
    ]  # fmt: skip


def test_lazy_sentences_work_without_an_application():
    assert str(_l("At most %(n)s photos.", n=6)) == "At most 6 photos."
    assert str(_ln("%(num)s person", "%(num)s people", 1)) == "1 person"
    assert str(_ln("%(num)s person", "%(num)s people", 3)) == "3 people"
    assert str(_l("Still missing: %(what)s", what=_l("a reason"))) == "Still missing: a reason"
    assert _l("100 % sure").__html__() == "100 % sure"
