def test_the_app_can_be_imported():
    from app import app

    assert "sqlalchemy" in app.extensions
