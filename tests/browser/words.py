"""The words on the pages, in the language a person reads: taken from the catalogue, never written twice."""

from functools import cache
from pathlib import Path

from babel.messages import pofile

CATALOGUE = Path(__file__).resolve().parents[2] / "portal/translations/zh_Hans_CN/LC_MESSAGES/messages.po"


@cache
def _chinese() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        catalogue = pofile.read_po(file)
    one = lambda text: text[0] if isinstance(text, (tuple, list)) else text  # noqa: E731
    return {one(message.id): one(message.string) for message in catalogue if message.id}


def said(language: str, english: str, **values) -> str:
    """What a page in this language says for an English msgid. Fails where the catalogue does not know it."""
    text = _chinese()[english]
    if language == "zh":
        assert text, f"no Chinese for {english!r}"
    else:
        text = english
    return text % values if values else text.replace("%%", "%")
