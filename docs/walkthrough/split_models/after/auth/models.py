"""The tables of accounts."""

from database import db


class User(db.Model):
    """A user."""

    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(254), unique=True, nullable=False)
    posts = db.relationship("Post", back_populates="author")
