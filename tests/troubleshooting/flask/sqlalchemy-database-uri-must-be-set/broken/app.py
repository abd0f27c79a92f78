from flask import Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


def create_app():
    app = Flask(__name__)
    db.init_app(app)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    return app
