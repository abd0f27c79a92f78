from app import create_app


def test_the_app_starts():
    assert create_app()
