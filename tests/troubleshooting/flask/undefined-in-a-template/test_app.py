from app import app


def test_the_user_is_greeted():
    app.testing = True
    assert app.test_client().get("/").text == "Hello Ada"
