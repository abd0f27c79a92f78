def test_html_is_escaped():
    from app import app

    assert app.test_client().get("/").text == "<b>&lt;script&gt;</b>"
