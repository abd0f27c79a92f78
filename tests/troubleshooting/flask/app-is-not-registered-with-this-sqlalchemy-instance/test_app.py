from app import create_app


def test_the_home_page_reads_the_database():
    app = create_app()
    app.testing = True
    assert app.test_client().get("/").text == "0"
