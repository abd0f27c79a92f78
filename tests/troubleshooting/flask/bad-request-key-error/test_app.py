from app import app


def test_a_form_without_an_email_is_refused():
    app.testing = True
    app.config["TRAP_BAD_REQUEST_ERRORS"] = True  # show what is missing
    assert app.test_client().post("/subscribe").status_code == 422
