"""Search terms of a text: Chinese words by rjieba, words of other scripts in lower case without accents."""

import re
import unicodedata

import rjieba

_STOP = frozenset([
    "的", "了", "在", "是", "和", "与", "及", "我", "我们", "你", "您", "他", "她", "它", "们", "也", "都", "就", "把", "被", "给", "让",
    "请", "对", "从", "到", "为", "有", "没有", "不", "一个", "这", "那", "个", "上", "下", "里", "中", "等", "吗", "呢", "吧", "啊",
    "the", "and", "for", "with", "that", "this", "from", "are", "was", "de", "la", "el", "les", "los", "las",
    "del", "dels", "per", "que", "una", "uns", "con", "com", "para", "por", "amb", "als", "al",
    "en",
])  # fmt: skip
HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"([{HAN}]+)|[^\W_{HAN}]+")  # a row of Chinese characters, or a word of any other script


def fold(text: str) -> str:
    """Lower case, full-width to half-width, accents removed; Chinese untouched."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def pieces(text: str) -> list[str]:
    """A sentence in its words, spaces and marks; joined they are the sentence again."""
    return rjieba.cut(text)


def terms(text: str, most: int = 40) -> list[str]:
    """The distinct terms somebody looks for, in order of appearance, at most `most`. Each is 1 to 24 characters long.

    A Chinese term is two neighbouring characters. Those that only touch where one word ends and the next begins are left
    out; where the dictionary knows no word, as with the names of lanes, all count.
    """
    return _distinct(text, most, every_pair=False)


def index_terms(text: str, most: int = 200) -> list[str]:
    """The terms under which a text is found: the words of other scripts, every two neighbouring Chinese characters, and the last
    one before something else, so that each character is the beginning of a term."""
    return _distinct(text, most, every_pair=True)


def _distinct(text: str, most: int, every_pair: bool) -> list[str]:
    found: dict[str, None] = {}
    for match in _WORD.finditer(fold(text)):
        run, chinese = match.group(), match.group(1) is not None
        for term in _of_chinese(run, every_pair) if chinese else [run]:
            if term not in _STOP or (chinese and every_pair):
                found[term[:24]] = None
        if len(found) >= most:
            break
    return list(found)[:most]


def _of_chinese(run: str, every_pair: bool) -> list[str]:
    """Pairs of neighbouring characters: all of them and the last one alone, or those inside a word and where the dictionary
    knows none."""
    if len(run) == 1:
        return [run]
    pairs = [run[n : n + 2] for n in range(len(run) - 1)]
    if every_pair:
        return [*pairs, run[-1]]
    word_at = []
    for n, piece in enumerate(rjieba.cut(run)):
        word_at += [n if len(piece) > 1 else None] * len(piece)

    def tells(n: int) -> bool:
        if word_at[n] is not None and word_at[n + 1] is not None:
            return word_at[n] == word_at[n + 1]
        return not _STOP.intersection(pairs[n])

    return [pair for n, pair in enumerate(pairs) if tells(n)]
