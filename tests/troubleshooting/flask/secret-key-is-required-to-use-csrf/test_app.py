from app import app


def test_the_form_is_shown():
    app.testing = True
    assert "csrf_token" in app.test_client().get("/").text
