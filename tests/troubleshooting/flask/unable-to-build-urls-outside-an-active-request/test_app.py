from app import mail


def test_the_mail_has_the_link():
    assert mail() == "Reset your password: https://example.com/reset"
