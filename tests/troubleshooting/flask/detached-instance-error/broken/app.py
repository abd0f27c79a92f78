from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String, unique=True)


def create_user():
    with app.app_context():
        db.create_all()
        user = User(email="ada@example.com")
        db.session.add(user)
        db.session.commit()
        return user
