from app import app


def test_each_page_has_its_own_template():
    page = app.test_client().get("/shop").text
    assert "Products" in page, page
