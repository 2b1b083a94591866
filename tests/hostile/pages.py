"""Forms as a browser finds them in a page."""

from html.parser import HTMLParser
from types import SimpleNamespace

TYPED = ("text", "search", "tel", "email", "url", "number", "date", "datetime-local", "textarea", "")


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms, self.links, self._form, self._area, self._select = [], [], None, None, None

    def handle_starttag(self, tag, attrs):
        a = {k: v or "" for k, v in attrs}
        if tag == "a" and a.get("href"):
            self.links.append(a["href"])
        if tag == "form":
            self._form = SimpleNamespace(
                action=a.get("action", ""),
                method=a.get("method", "get").lower(),
                many=a.get("enctype", "") == "multipart/form-data",
                fields=[],
            )
            self.forms.append(self._form)
        if self._form is not None and a.get("formaction"):  # a button that sends the same fields elsewhere
            self.forms.append(
                SimpleNamespace(
                    action=a["formaction"], method=self._form.method, many=self._form.many, fields=self._form.fields
                )
            )
        if self._form is None or (not (name := a.get("name")) and tag != "option"):
            return
        if tag == "input":
            kind = a.get("type", "text")
            checked = kind not in ("checkbox", "radio") or "checked" in a
            self._form.fields.append(
                SimpleNamespace(
                    name=name, kind=kind, value=a.get("value", "on" if kind == "checkbox" else ""), sent=checked
                )
            )
        elif tag == "button":
            self._form.fields.append(SimpleNamespace(name=name, kind="button", value=a.get("value", ""), sent=False))
        elif tag == "textarea":
            self._area = SimpleNamespace(name=name, kind="textarea", value="", sent=True)
            self._form.fields.append(self._area)
        elif tag == "select":
            self._select = SimpleNamespace(name=name, kind="select", value="", sent=True, options=[])
            self._form.fields.append(self._select)
        elif tag == "option" and self._select is not None:
            self._select.options.append(a.get("value", ""))
            if "selected" in a or len(self._select.options) == 1:
                self._select.value = a.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data):
        if self._area is not None:
            self._area.value += data


def read(html: str) -> SimpleNamespace:
    reader = _Reader()
    reader.feed(html)
    for form in reader.forms:
        for field in form.fields:
            if field.kind == "textarea":
                field.value = field.value.removeprefix("\r\n").removeprefix("\n")  # as a browser does
    return SimpleNamespace(forms=reader.forms, links=reader.links)


def as_filled(form) -> dict[str, list[str]]:
    """What a browser would send if the person only pressed the button; one radio of each kind and one option of each select is
    chosen."""
    data: dict[str, list[str]] = {}
    for field in form.fields:
        if field.sent and field.kind != "file":
            chosen = field.value or next(filter(None, field.options), "") if field.kind == "select" else field.value
            data.setdefault(field.name, []).append(chosen)
    for field in form.fields:
        if field.kind == "radio":
            data.setdefault(field.name, [field.value])
    return data
