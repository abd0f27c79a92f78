"""The application factory, which is the only file that imports all others."""

from database import db
from flask import Flask

from models import Post


def create_app() -> Flask:
    """Return the app."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)

    @app.get("/")
    def index() -> str:
        return str(Post.query.count())

    with app.app_context():
        db.create_all()
    return app
