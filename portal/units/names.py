"""What a unit is called in the reader's language."""

from portal.web.language import language


def of(unit) -> str:
    """The Chinese name, or the English one on English pages where there is one."""
    return unit.name_en if language() == "en" and unit.name_en else unit.name


def lang_of(unit) -> str:
    """The language of that name, where it is not that of the page."""
    return "zh-CN" if of(unit) == unit.name else ""
