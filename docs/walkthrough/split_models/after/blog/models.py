"""The tables of the blog."""

from database import db


class Post(db.Model):
    """A post of a user."""

    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(200), nullable=False)
    author_id = db.Column(db.ForeignKey("user.id"), nullable=False)
    author = db.relationship("User", back_populates="posts")
