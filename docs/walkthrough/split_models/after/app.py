"""An app whose tables are grouped by feature."""

# Both are imported, so that the migrations and the relationships find their tables.
import auth.models  # noqa: F401
import blog.models  # noqa: F401
from database import db
from flask import Flask
from flask_migrate import Migrate


def create_app() -> Flask:
    """Return the app."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///app.db"
    db.init_app(app)
    Migrate(app, db)
    return app
