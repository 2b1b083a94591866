"""The look: what the templates may and may not hold, and that every component can be drawn."""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
DIST = ROOT / "static" / "dist"


def _without_comments(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_templates_hold_nothing_the_content_policy_forbids(path):
    text = _without_comments(path)
    assert not re.search(r"\|\s*safe\b", text), "unfiltered text"
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", text), "inline style"
    assert not re.search(r"<style\b|\son[a-z]+\s*=\s*[\"']|hx-on", text), "inline style sheet or handler"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "inline script"


def test_every_icon_that_is_named_exists():
    sprite = set(re.findall(r'id="i-([\w-]+)"', (DIST / "icons.svg").read_text()))
    for path in TEMPLATES:
        text = _without_comments(path)
        named = set(re.findall(r"\bicon\('([\w-]+)'\)", text)) | set(re.findall(r"\bicon=['\"]([\w-]+)['\"]", text))
        assert named <= sprite, f"{path.name}: {sorted(named - sprite)} are not in assets/icons.txt"


def test_stylesheet_and_script_stay_light():
    weight = sum(len(gzip.compress((DIST / name).read_bytes())) for name in ("portal.css", "portal.js"))
    assert weight <= 60 * 1024


@pytest.mark.parametrize(("address", "lang"), [("/gallery", "zh-CN"), ("/en/gallery", "en")])
def test_gallery_draws_every_component(client, address, lang):
    page = client.get(address)
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert f'<html lang="{lang}"' in text
    assert text.count("<h1") == 1
    parts = {"trace-row", "trace-mini", "tally", "error-summary", "plate-lg", "armband", "stages", "empty"}
    missing = parts - set(re.findall(r"[\w-]+", text))
    assert not missing
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids)), "an id is used twice"
