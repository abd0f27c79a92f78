from app import app, engine


def test_a_request_returns_its_connection():
    app.testing = True
    for _ in range(20):
        app.test_client().get("/")
    assert engine.pool.checkedout() == 0
    engine.dispose()
