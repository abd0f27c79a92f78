def test_the_server_finds_the_app():
    from wsgi import app

    assert app.test_client().get("/").status_code == 404
