from app import app
from client import send


def test_a_name_is_added():
    app.testing = True
    response = send(app.test_client())
    assert response.text == "Added Ada", response.text
