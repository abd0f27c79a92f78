import re

from app import app


def test_the_form_can_be_sent():
    client = app.test_client()
    token = re.search('name="csrf_token" value="([^"]+)"', client.get("/").text)
    response = client.post("/", data={"csrf_token": token[1]} if token else {})
    assert response.status_code == 200, f"{response.status}: {response.text}"
