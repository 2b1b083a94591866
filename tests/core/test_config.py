"""Settings: read once, checked at the start; every wrong value has its sentence."""

from pathlib import Path

import pytest

from portal.config import Settings, SettingsError

KEY = "s" * 40
PRODUCTION = {"PORTAL_ENV": "production", "PORTAL_SECRET_KEY": KEY, "PORTAL_SMS_URL": "https://sms.example/send"}


def test_nothing_needs_to_be_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({})
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/portal.sqlite"
    assert settings.files_url == (tmp_path / "instance" / "files").as_uri()
    assert not settings.production
    assert len(settings.secret_key) >= 32


def test_the_key_of_development_is_kept_and_private(tmp_path):
    given = {"PORTAL_DATA_DIR": str(tmp_path)}
    assert Settings.from_environment(given).secret_key == Settings.from_environment(given).secret_key
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_everything_can_be_set(tmp_path):
    settings = Settings.from_environment(
        PRODUCTION
        | {
            "PORTAL_DATA_DIR": str(tmp_path), "PORTAL_DATABASE_URL": "postgresql://u:p@db/portal", "PORTAL_REDIS_URL": "redis://cache",
            "PORTAL_BASE_URL": "https://portal.example/", "PORTAL_PORT": "8443", "PORTAL_TRUSTED_PROXIES": "1", "PORTAL_HELP_PHONE": "12345",
        }
    )  # fmt: skip
    assert settings.database_url == "postgresql+psycopg://u:p@db/portal"
    assert (settings.base_url, settings.port, settings.trusted_proxies) == ("https://portal.example", 8443, 1)
    assert settings.production
    assert settings.data_dir == Path(tmp_path)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"PORTAL_ENV": "staging"}, "PORTAL_ENV is 'staging': write development or production."),
        ({"PORTAL_DEMO": "maybe"}, "PORTAL_DEMO is 'maybe': write 1 or 0."),
        ({"PORTAL_PORT": "http"}, "PORTAL_PORT is 'http': write a whole number."),
        ({"PORTAL_PORT": "-1"}, "PORTAL_PORT is '-1': write a whole number."),
        ({"PORTAL_PORT": "99999"}, "PORTAL_PORT is 99999"),
        ({"PORTAL_WEB_WORKERS": "0"}, "PORTAL_WEB_WORKERS is 0"),
        ({"PORTAL_DATABASE_URL": "mysql://x"}, "PORTAL_DATABASE_URL must begin with"),
        ({"PORTAL_REDIS_URL": "http://x"}, "PORTAL_REDIS_URL must begin with"),
        ({"PORTAL_FILES_URL": "s3://x"}, "PORTAL_FILES_URL must begin with file://"),
        ({"PORTAL_SMS_URL": "smpp:x"}, "PORTAL_SMS_URL must begin with"),
        ({"PORTAL_MAIL_URL": "x"}, "PORTAL_MAIL_URL must begin with"),
        ({"PORTAL_BASE_URL": "portal.example"}, "PORTAL_BASE_URL must begin with"),
        ({"PORTAL_ENV": "production"}, "PORTAL_SECRET_KEY must be set"),
        (PRODUCTION | {"PORTAL_SECRET_KEY": "short"}, "PORTAL_SECRET_KEY must be set"),
        (PRODUCTION | {"PORTAL_DEMO": "1"}, "PORTAL_DEMO cannot be on in production"),
        (PRODUCTION | {"PORTAL_SMS_URL": "console:"}, "PORTAL_SMS_URL must name an SMS gateway"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence(tmp_path, given, sentence):
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({"PORTAL_DATA_DIR": str(tmp_path)} | given)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("1", True), ("yes", True), ("ON", True), ("0", False), ("no", False), ("", False), ("  ", False)],
)
def test_a_switch_is_read_forgivingly(tmp_path, raw, value):
    assert Settings.from_environment({"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_DEMO": raw}).demo is value


def test_secrets_are_not_shown():
    shown = repr(Settings(secret_key=KEY, database_url="postgresql://u:hidden@db/x", redis_url="redis://:hidden@r"))
    assert KEY not in shown
    assert "hidden" not in shown
