import app


def test_the_cache_is_filled():
    app.create_app()
    assert app.cache == {"greeting": "Hello"}
