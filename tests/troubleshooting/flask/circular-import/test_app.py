def test_the_app_can_be_imported():
    import app

    assert app.User
