"""A person at a browser of his own, who presses what he reads."""

import os
import re
from pathlib import Path

from tests.browser import looks
from tests.browser.words import said

PICTURES = os.environ.get("PORTAL_TEST_PICTURES")  # a folder in which what every step looked like is kept
PASSWORD = "槐树 下的 石榴 2026"


class Walk:
    """One walk: how everybody in it looks at the portal, and what was seen on the way."""

    def __init__(
        self, browser, server, *, name, width=390, js=True, language="zh", elder=False, axe=False, theme="light"
    ):
        self.browser, self.server, self.name = browser, server, name
        self.width, self.js, self.language, self.elder, self.axe, self.theme = width, js, language, elder, axe, theme
        self.root = "/en" if language == "en" else ""
        self.wrong: list[str] = []
        self.bones: set[str] = set()
        self.looked = 0  # closely
        self.seen: list[str] = []
        self.people: list[Person] = []

    def person(self, name: str, username: str | None = None) -> "Person":
        """Somebody with a browser of his own; signed in with a password where he has an account already."""
        person = Person(self, name)
        self.people.append(person)
        if username:
            person.sign_in(username)
        return person

    def t(self, english: str, **values) -> str:
        return said(self.language, english, **values)

    def end(self) -> None:
        """Close every browser and say everything that was wrong with any page."""
        for person in self.people:
            person.context.close()
        assert not self.wrong, f"{len(self.wrong)} things are wrong with {len(self.seen)} pages:\n" + "\n".join(
            self.wrong
        )


class Person:
    def __init__(self, walk: Walk, name: str):
        self.walk, self.name, self.t = walk, name, walk.t
        self.context = walk.browser.new_context(
            base_url=walk.server.url, viewport={"width": walk.width, "height": 844}, java_script_enabled=walk.js,
            locale="zh-CN" if walk.language == "zh" else "en-GB", reduced_motion="reduce",
        )  # fmt: skip
        cookies = {"elder": "1" if walk.elder else "", "theme": walk.theme}
        self.context.add_cookies([{"name": k, "value": v, "url": walk.server.url} for k, v in cookies.items() if v])
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.said: list[str] = []  # by the console
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.status = 200

    # ---- going

    def open(self, path: str, status: int = 200) -> "Person":
        self._arrived(self.page.goto(self.walk.root + path), status)
        return self

    def follow(self, english: str, status: int = 200, **values):
        """Follow the link that reads like this."""
        self._go(self.main.get_by_role("link", name=self.t(english, **values), exact=True).first, status)

    def press(self, english: str, status: int = 200, within=None, **values):
        """Press the button that reads like this."""
        self._go((within or self.main).get_by_role("button", name=self.t(english, **values), exact=True).first, status)

    def click(self, selector: str, status: int = 200):
        self._go(self.main.locator(selector).first, status)

    def read(self, text: str, status: int = 200):
        """Follow a link by what residents wrote."""
        self._go(self.main.get_by_role("link", name=text).first, status)

    def _go(self, target, status):
        self.unfold(target)
        before = self.page.url
        with self.page.expect_navigation(wait_until="load") as going:
            target.click()
        answer = going.value
        self._arrived(answer, status, before)

    def _arrived(self, answer, status, before=""):
        got = answer.status if answer else 200
        assert got == status, (
            f"{self.name}: {before} → {self.page.url} answered {got}, not {status}:\n{self.page.locator('main').inner_text()[:1500]}"
        )
        self.look()

    def unfold(self, target):
        """Open the folded part something is in."""
        folded = target.locator("xpath=ancestor::details[not(@open)]")
        for n in range(folded.count()):
            folded.nth(n).locator("summary").first.click()

    # ---- filling in

    @property
    def main(self):
        return self.page.locator("main")

    def _field(self, english: str, within=None, **values):
        label = re.escape(self.t(english, **values))
        field = (within or self.main).get_by_label(re.compile(f"^{label}")).first
        self.unfold(field)
        return field

    def fill(self, english: str, text: str, within=None, **values):
        self._field(english, within, **values).fill(text)

    def pick(self, english: str, option: str, **values):
        self._field(english, **values).select_option(label=option)

    def attach(self, english: str, picture: bytes, name: str = "photo.png"):
        self._field(english).set_input_files({"name": name, "mimeType": "image/png", "buffer": picture})

    def choose(self, english: str, within=None, **values):
        """Take one of several, by its words."""
        radio = (
            (within or self.main)
            .get_by_role("radio", name=re.compile("^" + re.escape(self.t(english, **values))))
            .first
        )
        self.unfold(radio)
        radio.check()

    # ---- seeing

    def sees(self, english: str, **values) -> bool:
        text = self.t(english, **values)
        there = self.text()
        assert text in there, f"{self.name} does not read {text!r} on {self.page.url}:\n{there[:2500]}"
        return True

    def text(self) -> str:
        return " ".join(self.main.inner_text().split())

    def has(self, selector: str) -> int:
        return self.main.locator(selector).count()

    def number(self, pattern: str) -> str:
        """The number in the address."""
        found = re.search(pattern, self.page.url)
        assert found, f"{self.page.url} is not like {pattern}"
        return found.group(1)

    def sign_in(self, username: str):
        self.open("/sign-in/password")
        self.fill("User name or phone number", username)
        self.fill("Password", PASSWORD)
        self.press("Sign in")

    # ---- checking

    def look(self):
        """Look at the page as a whole; what is wrong is told at the end of the walk.

        Closely, axe with it, at each address for the first time and whenever something stands in something as nowhere before.
        """
        walk, page = self.walk, self.page
        wrong = [
            f"console: {text}"
            for text in self.said
            if not text.startswith("Failed to load resource: the server responded")
        ]
        self.said.clear()
        place = page.url.removeprefix(walk.server.url)
        bones = {*page.evaluate(looks.BONES), re.sub(r"\d+", "0", place.partition("?")[0])}
        if not bones <= walk.bones:
            walk.bones |= bones
            walk.looked += 1
            wrong += page.evaluate(looks.CHECK)
            wrong += [f"too wide: {w}" for w in page.evaluate(looks.WIDER)]
            wrong += [f"English: {w}" for w in page.evaluate(looks.ENGLISH)] if walk.language == "zh" else [
                f"unmarked Chinese: {w}" for w in page.evaluate(looks.CHINESE)]  # fmt: skip
            self._keep_picture()
            page.set_viewport_size({"width": 320, "height": 844})
            wrong += [f"too wide at 320: {w}" for w in page.evaluate(looks.WIDER)]
            page.set_viewport_size({"width": walk.width, "height": 844})
            if walk.axe:
                wrong += [f"axe: {w}" for w in looks.axe(page)]
        walk.seen.append(place)
        walk.wrong += [f"{place} ({self.name}): {w}" for w in wrong]

    def _keep_picture(self):
        if PICTURES:
            folder = Path(PICTURES) / self.walk.name
            folder.mkdir(parents=True, exist_ok=True)
            slug = re.sub(r"\W+", "-", self.page.url.removeprefix(self.walk.server.url))[:50].strip("-") or "home"
            self.page.evaluate(
                "document.querySelectorAll('.tabbar').forEach((bar) => { bar.style.position = 'static' })"
            )
            self.page.screenshot(path=folder / f"{self.walk.looked:03}-{self.name}-{slug}.png", full_page=True)
            self.page.evaluate("document.querySelectorAll('.tabbar').forEach((bar) => bar.removeAttribute('style'))")
