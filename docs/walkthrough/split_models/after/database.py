"""The database, which all features share."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
