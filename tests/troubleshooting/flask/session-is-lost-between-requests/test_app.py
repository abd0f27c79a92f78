from app import create_app


def test_another_worker_knows_the_user():
    first, second = create_app(), create_app()
    cookie = first.test_client().post("/login").headers["Set-Cookie"]
    client = second.test_client(use_cookies=False)
    page = client.get("/", headers={"Cookie": cookie.partition(";")[0]})
    assert page.text == "ada", "the second worker does not know the user"
