"""What people type, made fit to store: no control characters, no broken Unicode, one kind of line end."""

import re
import unicodedata

# Everything of category Cc but tab and newline, plus the invisible direction marks that can disguise a sentence.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")


def clean(text: str | None) -> str:
    """The same text in NFC without control characters and outer blanks; line ends are \\n."""
    if not text:
        return ""
    text = _LINE_END.sub("\n", text)
    return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip()


def one_line(text: str | None) -> str:
    """Like `clean`, with every run of white space as one blank."""
    return " ".join(clean(text).split())


def excerpt(text: str, characters: int = 120) -> str:
    """The beginning of a text, at most this many characters, on one line."""
    line = one_line(text)
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"


def mask_name(name: str) -> str:
    """王小明 → 王**, Maria → M**: what the public sees of a real name (PIPL art 25)."""
    name = one_line(name)
    return name[:1] + "**" if name else ""


def mask_phone(phone: str) -> str:
    """+8613812345678 → 138****5678, for the owner's own page and the staff desk only."""
    local = phone.removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}" if len(local) >= 9 else "****"
