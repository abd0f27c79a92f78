from app import create_app


def test_the_app_starts():
    assert set(create_app().blueprints) == {"shop", "store"}
