"""Markdown in, sanitised HTML out. Rendered once, on write (bleach is slow). The only place that imports bleach."""

import html
import re
from functools import partial

import bleach
from bleach.linkifier import LinkifyFilter
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "code", "pre", "h3", "h4", "hr"}
_ATTRIBUTES = {"a": ["href", "title", "rel"], "ol": ["start"]}
_PROTOCOLS = {"http", "https", "mailto", "tel"}

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).disable(
    ["image", "html_block", "html_inline"]
)


def _outward(attrs, new=False):
    attrs[(None, "rel")] = "nofollow ugc noopener"
    return attrs


_cleaner = bleach.Cleaner(
    tags=_TAGS, attributes=_ATTRIBUTES, protocols=_PROTOCOLS, strip=True,
    filters=[partial(LinkifyFilter, callbacks=[_outward], skip_tags={"pre", "code"})],
)  # fmt: skip
_PARAGRAPH = re.compile(r"(?<!\s)\s*(?:</?p>\s*)+")
_BREAK = re.compile(r"<br\s*/?>")
_PLAIN = re.compile(r"[^\x00-\x7f]*\Z|[\w\s,.;:!?()“”‘’、，。；：！？（）《》「」…—·％%/\u4e00-\u9fff-]*\Z")


def render(markdown: str) -> str:
    """HTML for a resident's Markdown: headings become h3/h4, no images, no raw HTML, links marked nofollow."""
    if _is_plain(markdown):  # most comments: paragraphs and nothing else, 50 times faster
        paragraphs = (part.strip() for part in re.split(r"\n\s*\n", markdown))
        return "".join(
            "<p>" + "<br>\n".join(html.escape(line.strip(), quote=False) for line in part.split("\n")) + "</p>\n"
            for part in paragraphs if part
        )  # fmt: skip
    raw = _markdown.render(markdown)
    raw = re.sub(r"<(/?)h[1-3]>", r"<\1h3>", raw)
    raw = re.sub(r"<(/?)h[456]>", r"<\1h4>", raw)
    return _cleaner.clean(raw)


def sanitise(outside_html: str) -> str:
    """HTML from an outside source with everything unknown stripped (script and style with their content)."""
    if simple := _simple(outside_html):
        return simple
    outside_html = re.sub(r"(?is)<(script|style)\b.*?(</\1>|\Z)", "", outside_html)
    return _cleaner.clean(outside_html)


def _simple(outside_html: str) -> str:
    """Paragraphs and line breaks only (most of what is imported), cleaned without a parser; else nothing."""
    parts = [_BREAK.split(part) for part in _PARAGRAPH.split(outside_html) if part.strip()]
    lines = [line for part in parts for line in part]
    if any("<" in line or "://" in line or "www." in line or re.search(r"\w\.\w", line) for line in lines):
        return ""
    return "".join(
        "<p>" + "<br>".join(html.escape(html.unescape(line), quote=False) for line in part) + "</p>\n" for part in parts
    )


def plain(rendered: str) -> str:
    """The words of rendered HTML without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", " ", rendered)).strip()


def _is_plain(markdown: str) -> bool:
    if not _PLAIN.match(markdown) or "://" in markdown or "www." in markdown or ".c" in markdown:
        return False
    return not re.search(r"(?m)^\s*([-+](\s|$)|\d+[.)](\s|$)|[-=]{2,}\s*$| {4}|\t)|\w\.\w|[*_`<>&\[\]\\#]", markdown)
