from app import app


def test_links_have_the_scheme_that_the_browser_uses():
    page = app.test_client().get("/reset", headers={"X-Forwarded-Proto": "https"})
    assert page.text == "https://localhost/reset", repr(page.text)
