import os

from flask import Flask, session


def create_app():
    app = Flask(__name__)
    app.secret_key = os.environ.get("SECRET_KEY", "development")

    @app.post("/login")
    def login():
        session["user"] = "ada"
        return "Welcome"

    @app.get("/")
    def index():
        return session.get("user", "anonymous")

    return app
