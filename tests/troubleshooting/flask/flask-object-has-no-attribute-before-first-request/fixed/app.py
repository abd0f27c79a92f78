from flask import Flask

cache = {}


def create_app():
    app = Flask(__name__)
    with app.app_context():
        fill_the_cache()
    return app


def fill_the_cache():
    cache["greeting"] = "Hello"
