from app import engine


def test_the_address_of_the_platform_is_understood():
    assert engine().dialect.name == "postgresql"
