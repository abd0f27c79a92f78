def test_the_models_can_be_imported():
    from models import User

    assert User.__tablename__ == "user"
