"""What an answer must be, whatever was asked."""

import re
from html import unescape

CHINESE = re.compile(r"[\u3400-\u9fff]")
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.S)
_LEAD = re.compile(r'<p class="lead">(.*?)</p>', re.S)


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def sentence(page: str) -> str:
    """What a page says about what went wrong: the heading and the sentence below it, or what stands beside a field."""
    if "data-failed-page" in page:
        return " ".join(
            words(found.group(1)) if (found := part.search(page)) else "" for part in (_HEADING, _LEAD)
        ).strip()
    main = page.partition("<main")[2]
    beside = re.findall(
        r'<(?:p|span|div|li|small)[^>]*class="[^"]*(?:error|alert|wrong|notice|empty)[^"]*"[^>]*>(.*?)</(?:p|span|div|li|small)>',
        main,
        re.S,
    )
    lead = [found.group(1)] if (found := _LEAD.search(main)) else []
    return " ".join(words(said) for said in (*lead, *beside)).strip()


def complaint(answer, path: str) -> str | None:
    """What is wrong with this answer, if anything: a failure of ours, or a refusal without a sentence in the page's language."""
    status = answer.status_code
    if status >= 500:
        return f"{status}"
    if "Traceback (most recent call last)" in answer.text:
        return "shows a stack trace"
    if status < 400:
        return None
    if answer.content_type == "application/problem+json":
        return (
            None if answer.json["status"] == status and answer.json["title"] else f"{status}: a problem without a title"
        )
    if answer.mimetype != "text/html":
        return f"{status}: neither a page nor a problem"
    said = sentence(answer.text)
    if not said:
        return f"{status}: no sentence"
    english = path.startswith("/en/") or path == "/en"
    if not english and not CHINESE.search(said):
        return f"{status}: not in Chinese: {said[:60]}"
    if english and "data-failed-page" in answer.text and CHINESE.search(said):
        return f"{status}: not in English: {said[:60]}"
    return None
