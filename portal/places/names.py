"""What a place is called in the reader's language."""

from portal.web.language import language

# What kind of place it is, at the end of a name, and in pinyin: names are spelled without it, and people type it all the same.
KINDS = {
    "回族乡": "huizuxiang", "满族乡": "manzuxiang", "街道": "jiedao", "地区": "diqu", "社区": "shequ", "镇": "zhen", "乡": "xiang",
    "村": "cun", "市": "shi", "区": "qu", "居委会": "juweihui", "村委会": "cunweihui",
}  # fmt: skip


def of(place) -> str:
    """The Chinese name, or its pinyin on English pages."""
    return label(place, language())


def label(place, lang: str) -> str:
    return place.pinyin if lang == "en" and place.pinyin else place.name
