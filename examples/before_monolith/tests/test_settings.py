import pytest

from helpers import read_settings

PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "s" * 32,
    "WEBHOOK_SECRET": "whsec_" + "c2VjcmV0" * 6,
    "DATABASE_URL": "postgres://me:secret@host/inkwell",
    "BASE_URL": "https://inkwell.example",
}


def test_development_requires_no_settings():
    settings = read_settings({}, "/instance")
    assert settings["SECRET_KEY"] == "dev"
    assert settings["SQLALCHEMY_DATABASE_URI"] == "sqlite:///app.db"
    assert not settings["SESSION_COOKIE_SECURE"]


def test_production_requires_secure_cookies():
    settings = read_settings(PRODUCTION, "/instance")
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["REMEMBER_COOKIE_SECURE"]
    url = settings["SQLALCHEMY_DATABASE_URI"]
    assert url == "postgresql+psycopg://me:secret@host/inkwell"


@pytest.mark.parametrize(
    ("changed", "setting"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "dev"}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"WEBHOOK_SECRET": ""}, "WEBHOOK_SECRET is missing"),
        ({"WEBHOOK_SECRET": "whsec_" + "!" * 41}, "WEBHOOK_SECRET is not"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is not a URL"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL is not a URL"),
        ({"APP_ENV": "live"}, "APP_ENV is 'live'"),
        ({"BASE_URL": ""}, "BASE_URL is missing"),
        ({"BASE_URL": "inkwell"}, "BASE_URL is not a URL"),
        ({"MAIL_BACKEND": "pigeon"}, "MAIL_BACKEND is 'pigeon'"),
        ({"MAIL_PORT": "99999"}, "MAIL_PORT is '99999'"),
        ({"MAIL_USE_TLS": "maybe"}, "MAIL_USE_TLS is 'maybe'"),
        ({"LOGIN_LIMIT": "often"}, "LOGIN_LIMIT is 'often'"),
    ],
)
def test_an_invalid_setting_prints_one_line(capsys, changed, setting):
    with pytest.raises(SystemExit) as stop:
        read_settings(PRODUCTION | changed, "/instance")
    assert stop.value.code == 2
    message = capsys.readouterr().err
    assert message.startswith(f"Error: {setting}")
    assert message.count("\n") == 1
