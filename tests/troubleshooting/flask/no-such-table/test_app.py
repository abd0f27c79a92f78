from app import app


def test_the_home_page_reads_the_database():
    app.testing = True
    assert app.test_client().get("/").text == "0"
