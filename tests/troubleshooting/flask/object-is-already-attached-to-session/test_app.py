from app import User, app, db, rename


def test_a_user_can_be_renamed():
    with app.app_context():
        db.create_all()
        user = User(email="ada@example.com")
        db.session.add(user)
        db.session.commit()
        rename(user, "lovelace@example.com")
        assert User.query.one().email == "lovelace@example.com"
