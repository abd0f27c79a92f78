from flask import Flask
from flask_login import LoginManager, current_user

login_manager = LoginManager()


def create_app():
    app = Flask(__name__)
    app.secret_key = "development"

    @app.get("/")
    def index():
        return "Hello" if current_user.is_authenticated else "Please log in"

    return app
