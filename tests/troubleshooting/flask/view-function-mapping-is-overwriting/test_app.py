def test_the_app_can_be_imported():
    import app

    assert {"account", "invoices"} <= set(app.app.view_functions)
