import app as application
from app import User, app, db, register


def register_the_same_email():
    db.session.add(User(email="ada@example.com"))
    db.session.commit()


def test_two_registrations_at_the_same_moment():
    application.before_the_insert = register_the_same_email
    with app.app_context():
        db.create_all()
        assert not register("ada@example.com")
