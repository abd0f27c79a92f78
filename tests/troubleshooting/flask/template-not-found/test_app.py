from app import app


def test_the_home_page_is_rendered():
    app.testing = True
    assert "Welcome" in app.test_client().get("/").text
