"""What every response says: a strict Content-Security-Policy, and how long it may be kept."""

from flask import Flask, g, request
from flask_login import current_user

POLICY = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


def register(app: Flask) -> None:
    secure = app.config["PORTAL"].production

    @app.after_request
    def _headers(response):
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.path.startswith("/static/"):
            if request.args.get("v"):
                headers["Cache-Control"] = "public, max-age=31536000, immutable"
            return response
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-cache" if _is_plain_public(response) else "private, no-store"
        headers.add("Vary", "Cookie")
        if _is_plain_public(response) and response.status_code == 200:
            response.add_etag()
            response.make_conditional(request)
        return response


def _is_plain_public(response) -> bool:
    return (
        not g.get("without_database")  # then nobody can be asked who reads
        and request.method in ("GET", "HEAD")
        and response.mimetype in ("text/html", "application/json", "application/atom+xml", "text/calendar")
        and not current_user.is_authenticated
        and "Set-Cookie" not in response.headers
    )
