"""An app with Flask-AppBuilder."""

from flask import Flask
from flask_appbuilder import AppBuilder
from flask_appbuilder.utils.legacy import get_sqla_class

db = get_sqla_class()()
appbuilder = AppBuilder()


def create_app() -> Flask:
    """Return the app."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "change-me-to-something-random"
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///app.db"
    db.init_app(app)
    with app.app_context():
        appbuilder.init_app(app, db.session)
    return app
