from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String, unique=True)


def register(email):
    if User.query.filter_by(email=email).first():
        return False
    before_the_insert()
    db.session.add(User(email=email))
    db.session.commit()
    return True


def before_the_insert():
    """The moment in which another request may register the same email."""
