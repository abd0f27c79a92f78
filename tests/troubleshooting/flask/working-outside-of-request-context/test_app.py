from app import app, visits


def test_a_visit_is_recorded():
    app.test_client().get("/")
    import job  # noqa: F401

    assert visits == ["/", "/"]
