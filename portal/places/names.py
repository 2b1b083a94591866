"""What a place is called in the reader's language."""

import re

from portal.text.terms import HAN
from portal.web.language import language

# What kind of place it is, at the end of a name, and in pinyin: names are spelled without it, and people type it all the same. The
# longer ones first: a name ends with the first that fits.
KINDS = {
    "回族乡": "huizuxiang", "满族乡": "manzuxiang", "街道": "jiedao", "地区": "diqu", "社区": "shequ", "镇": "zhen", "乡": "xiang",
    "村": "cun", "市": "shi", "区": "qu",
}  # fmt: skip
COMMITTEES = ("居民委员会", "村民委员会", "居委会", "村委会")  # people name the committee and mean the place

_AT_END = rf"(?:{'|'.join([*KINDS, *COMMITTEES])})(?![{HAN}])"
_BEFORE_ANOTHER = re.compile(rf"(?<=[{HAN}])(街道|地区|(?<!社)区|[市镇乡村])(?=\w)(?!{_AT_END})")


def apart(text: str) -> str:
    """With a blank where a name may end and the next begin: 什刹海街道前海社区. Where none does, nothing is lost: every part of a
    name is found."""
    return _BEFORE_ANOTHER.sub(r"\1 ", text)


def of(place) -> str:
    """The Chinese name, or its pinyin on English pages."""
    return label(place, language())


def label(place, lang: str) -> str:
    return place.pinyin if lang == "en" and place.pinyin else place.name
