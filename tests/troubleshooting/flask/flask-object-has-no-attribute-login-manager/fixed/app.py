from flask import Flask
from flask_login import LoginManager, current_user

login_manager = LoginManager()


@login_manager.user_loader
def load_user(user_id):
    return None  # such as db.session.get(User, int(user_id))


def create_app():
    app = Flask(__name__)
    app.secret_key = "development"
    login_manager.init_app(app)

    @app.get("/")
    def index():
        return "Hello" if current_user.is_authenticated else "Please log in"

    return app
