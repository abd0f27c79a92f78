from app import app


def test_the_home_page_leads_to_the_login_page():
    app.testing = True
    assert app.test_client().get("/").location == "/login"
