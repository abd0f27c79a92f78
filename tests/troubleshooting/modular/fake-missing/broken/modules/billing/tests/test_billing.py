from flask import Flask


def test_the_app_starts(app: Flask) -> None:
    assert app.testing
