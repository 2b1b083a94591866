"""What a place is called in the reader's language."""

from portal.web.language import language


def of(place) -> str:
    """The Chinese name, or its pinyin on English pages."""
    return label(place, language())


def label(place, lang: str) -> str:
    return place.pinyin if lang == "en" and place.pinyin else place.name
