from app import app, db, register


def test_an_email_that_is_taken_is_refused():
    with app.app_context():
        db.create_all()
        register("ada@example.com")
        assert register("ada@example.com") == 1
