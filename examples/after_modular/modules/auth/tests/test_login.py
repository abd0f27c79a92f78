"""Logging in."""



def test_the_right_password_logs_in(client, user, log_in):
    assert log_in() == 302
    assert client.get("/auth/account").status_code == 200


def test_a_wrong_password_does_not(client, user, log_in):
    assert log_in(password="something else") == 422
    assert client.get("/auth/account").status_code == 302
