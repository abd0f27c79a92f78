from app import create_app


def test_the_home_page_is_shown():
    app = create_app()
    app.testing = True
    assert app.test_client().get("/").text == "Please log in"
