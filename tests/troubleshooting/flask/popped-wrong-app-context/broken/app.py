from flask import Flask


def create_app():
    app = Flask(__name__)
    app.app_context().push()
    return app
