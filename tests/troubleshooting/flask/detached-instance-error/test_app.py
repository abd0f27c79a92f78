from app import create_user


def test_the_result_can_be_used_later():
    assert create_user().email == "ada@example.com"
