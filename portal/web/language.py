"""Chinese at the root, English below /en/: the same pages, the same URLs, a prefix in front."""

from contextvars import ContextVar

from flask import request
from flask_babel import Babel, get_translations
from markupsafe import Markup

from portal.text import lazy

_language: ContextVar[str] = ContextVar("language", default="zh")
LANGUAGES = {"zh": ("zh_Hans_CN", "zh-CN", "中文"), "en": ("en", "en", "English")}


class EnglishPrefix:
    """WSGI middleware: /en/x is served as /x in English, and every URL made meanwhile begins with /en."""

    def __init__(self, wsgi):
        self.wsgi = wsgi

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path == "/en" or path.startswith("/en/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
            environ["portal.language"] = "en"
        return self.wsgi(environ, start_response)


def language() -> str:
    """'zh' or 'en', by the address of the page."""
    return _language.get()


def _sentence(text: str, /, **params) -> Markup:
    """`_()` of templates. The catalogue is ours and may hold markup; what is put into it is escaped."""
    said = Markup(lazy.spoken().gettext(text))
    return said % params if "%" in said else said


def _sentences(singular: str, plural: str, number: int, /, **params) -> Markup:
    return Markup(lazy.spoken().ngettext(singular, plural, number)) % {"num": number, **params}


def _begin() -> None:
    _language.set(request.environ.get("portal.language", "zh"))
    lazy.speak(get_translations())


def _end(_problem) -> None:
    lazy.speak(None)
    _language.set("zh")


def register(app) -> None:
    app.wsgi_app = EnglishPrefix(app.wsgi_app)
    Babel(
        app,
        default_locale="zh_Hans_CN",
        default_timezone="Asia/Shanghai",
        default_translation_directories="translations",
        locale_selector=lambda: LANGUAGES[language()][0],
    )
    app.jinja_env.globals.update(_=_sentence, gettext=_sentence, ngettext=_sentences)
    app.before_request(_begin)
    app.teardown_request(_end)
