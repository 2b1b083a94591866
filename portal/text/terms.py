"""Search terms of a text: Chinese words by rjieba, Latin words folded to lower case without accents."""

import re
import unicodedata

import rjieba

_STOP = frozenset(
    [
        "的",
        "了",
        "在",
        "是",
        "和",
        "与",
        "及",
        "我",
        "我们",
        "你",
        "您",
        "他",
        "她",
        "它",
        "们",
        "也",
        "都",
        "就",
        "把",
        "被",
        "给",
        "让",
        "请",
        "对",
        "从",
        "到",
        "为",
        "有",
        "没有",
        "不",
        "一个",
        "这",
        "那",
        "个",
        "上",
        "下",
        "里",
        "中",
        "等",
        "吗",
        "呢",
        "吧",
        "啊",
        "the",
        "and",
        "for",
        "with",
        "that",
        "this",
        "from",
        "are",
        "was",
        "de",
        "la",
        "el",
        "les",
        "los",
        "las",
        "del",
        "dels",
        "per",
        "que",
        "una",
        "uns",
        "con",
        "com",
        "para",
        "por",
        "amb",
        "als",
        "al",
        "i",
        "y",
        "a",
        "en",
    ]
)
_WORD = re.compile(r"[a-z0-9]{2,}|[\u3400-\u9fff]+")


def fold(text: str) -> str:
    """Lower case, full-width to half-width, accents removed; Chinese untouched."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def pieces(text: str) -> list[str]:
    """A sentence in its words, spaces and marks; joined they are the sentence again."""
    return rjieba.cut(text)


def terms(text: str, most: int = 40) -> list[str]:
    """The distinct terms of a text in order of appearance, at most `most`. Each is 1 to 24 characters long."""
    found: dict[str, None] = {}
    for run in _WORD.findall(fold(text)):
        pieces = rjieba.cut_for_search(run) if run[0] >= "\u3400" else [run]
        for piece in pieces:
            if piece not in _STOP and (len(piece) > 1 or len(run) == 1):
                found[piece[:24]] = None
        if len(found) >= most:
            break
    return list(found)[:most]
