from app import app


def test_the_users_are_listed():
    app.testing = True
    response = app.test_client().get("/users")
    assert response.json == {"users": [{"email": "ada@example.com"}]}
