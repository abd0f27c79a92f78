from app import app


def test_the_form_can_be_sent():
    response = app.test_client().post("/contact")
    assert response.status_code == 200, response.status
