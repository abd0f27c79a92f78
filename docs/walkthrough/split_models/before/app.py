"""An app with one models.py."""

from flask import Flask
from flask_migrate import Migrate

from models import db


def create_app() -> Flask:
    """Return the app."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///app.db"
    db.init_app(app)
    Migrate(app, db)
    return app
