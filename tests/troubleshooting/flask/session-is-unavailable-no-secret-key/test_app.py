from app import app


def test_a_user_can_log_in():
    app.testing = True
    assert app.test_client().post("/login").text == "Welcome"
