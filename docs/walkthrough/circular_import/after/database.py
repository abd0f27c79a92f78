"""The database. This file imports nothing of the app."""

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
