"""All tables."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class User(db.Model):
    """A user."""

    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(254), unique=True, nullable=False)
    posts = db.relationship("Post", back_populates="author")


class Post(db.Model):
    """A post of a user."""

    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(200), nullable=False)
    author_id = db.Column(db.ForeignKey("user.id"), nullable=False)
    author = db.relationship("User", back_populates="posts")
