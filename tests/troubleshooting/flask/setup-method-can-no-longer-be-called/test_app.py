import app as application


def test_the_admin_page_can_be_added():
    if hasattr(application, "create_app"):
        app = application.create_app(admin=True)
    else:
        app = application.app
        app.test_client().get("/")
        application.enable_admin()
    assert app.test_client().get("/admin").text == "Administration"
