"""Message catalogues: extract, update, compile, fill, check.

English sentences in the code are the messages; the Chinese catalogue must translate every one of them.
"""

import fcntl
import json
import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "portal" / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {"_": None, "_l": None, "_ln": (1, 2), "gettext": None, "ngettext": (1, 2)}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def template() -> Catalog:
    """Every message in portal/ and templates/."""
    catalog = Catalog(project="portal", charset="utf-8")
    for folder in ("portal", "templates"):
        for name, line, message, comments, context in extract_from_dir(ROOT / folder, METHODS, OPTIONS, KEYWORDS):
            catalog.add(message, None, [(f"{folder}/{name}", line)], auto_comments=comments, context=context)
    return catalog


def load() -> Catalog:
    if not PO.exists():
        return Catalog(locale="zh_Hans_CN", project="portal", charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def update(translations: dict | None = None) -> Catalog:
    """Bring the catalogue up to date with the code, without guessing, and put in the given translations."""
    catalog = load()
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    for message in catalog:
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        if key and translations and key in translations:
            message.string = (translations[key],) if isinstance(message.id, tuple) else translations[key]
            message.flags.discard("fuzzy")
    PO.parent.mkdir(parents=True, exist_ok=True)
    out = BytesIO()
    write_po(out, catalog, sort_output=True, include_lineno=False, width=120, omit_header=False)
    changing = "POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Report-Msgid-Bugs-To"
    text = re.sub(rf'(?m)^"({changing}):.*\n', "", out.getvalue().decode())
    PO.write_text(text)
    return catalog


def compile_() -> None:
    """Write messages.mo beside the catalogue."""
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, load())


def problems() -> list[str]:
    """What is missing, fuzzy, stale or not English."""
    found, catalog, wanted = [], load(), template()
    for message in wanted:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        if any(CHINESE.search(i) for i in ids):
            found.append(f"not English in the code: {ids[0]!r} ({message.locations[0][0]})")
        have = catalog.get(message.id, message.context)
        text = have and (have.string if isinstance(have.string, str) else "".join(have.string))
        if not text:
            found.append(f"no Chinese for {ids[0]!r} ({message.locations[0][0]})")
            continue
        if have.fuzzy:
            found.append(f"fuzzy: {ids[0]!r}")
        names = set(re.findall(r"%\((\w+)\)", " ".join(ids)))
        if extra := set(re.findall(r"%\((\w+)\)", text)) - names:
            found.append(f"unknown placeholder {sorted(extra)} in the Chinese for {ids[0]!r}")
    found += [f"no longer in the code: {m.id!r}" for m in catalog if m.id and wanted.get(m.id, m.context) is None]
    return found


def main() -> int:
    what, *files = sys.argv[1:] or ["update"]
    with (ROOT / ".git" / "messages.lock").open("w") if (ROOT / ".git").is_dir() else Path("/dev/null").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if what == "check":
            found = problems()
            print("\n".join(found) or "messages: complete in Chinese and English")
            return bool(found)
        if what == "compile":
            compile_()
            return 0
        translations = {}
        for file in files:
            translations |= json.loads(Path(file).read_text())
        update(translations)
        compile_()
        missing = [p for p in problems() if p.startswith("no Chinese")]
        print(f"messages: {len(missing)} without Chinese")
        print("\n".join(missing[:400]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
