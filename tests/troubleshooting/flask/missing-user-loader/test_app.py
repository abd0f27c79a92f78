from app import app


def test_the_home_page_is_shown():
    app.testing = True
    assert app.test_client().get("/").text == "Please log in"
