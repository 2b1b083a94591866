"""What a place is called in the reader's language."""

from portal.web.language import language

# What kind of place it is, at the end of a name, and in pinyin: names are spelled without it, and people type it all the same. The
# longer ones first: a name ends with the first that fits.
KINDS = {
    "回族乡": "huizuxiang", "满族乡": "manzuxiang", "街道": "jiedao", "地区": "diqu", "社区": "shequ", "镇": "zhen", "乡": "xiang",
    "村": "cun", "市": "shi", "区": "qu",
}  # fmt: skip
INSIDE = tuple(kind for kind in KINDS if kind != "社区")  # of places in which others lie
COMMITTEES = ("居民委员会", "村民委员会", "居委会", "村委会")  # people name the committee and mean the place


def of(place) -> str:
    """The Chinese name, or its pinyin on English pages."""
    return label(place, language())


def label(place, lang: str) -> str:
    return place.pinyin if lang == "en" and place.pinyin else place.name
