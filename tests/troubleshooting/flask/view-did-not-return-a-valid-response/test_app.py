from app import app


def test_the_form_leads_to_the_next_page():
    app.testing = True
    assert app.test_client().post("/").location == "/thanks"
