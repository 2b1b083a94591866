"""Chinese at the root, English below /en/: the same pages, the same URLs, a prefix in front."""

from flask import request
from flask_babel import Babel, get_translations

from portal.text import lazy

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
    return request.environ.get("portal.language", "zh") if request else "zh"


def register(app) -> None:
    app.wsgi_app = EnglishPrefix(app.wsgi_app)
    Babel(
        app,
        default_locale="zh_Hans_CN",
        default_timezone="Asia/Shanghai",
        default_translation_directories="translations",
        locale_selector=lambda: LANGUAGES[language()][0],
    )
    app.jinja_env.install_gettext_callables(
        lambda text: lazy.spoken().gettext(text),
        lambda singular, plural, number: lazy.spoken().ngettext(singular, plural, number),
        newstyle=True,
    )
    app.before_request(lambda: lazy.speak(get_translations()))
    app.teardown_request(lambda _problem: lazy.speak(None))
