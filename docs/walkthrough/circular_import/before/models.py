"""The tables."""

from app import db


class Post(db.Model):
    """A post."""

    id = db.Column(db.Integer, primary_key=True)
