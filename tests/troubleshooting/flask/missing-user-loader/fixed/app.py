from flask import Flask, session
from flask_login import LoginManager, current_user

app = Flask(__name__)
app.secret_key = "development"
login_manager = LoginManager(app)


@login_manager.user_loader
def load_user(user_id):
    return None  # such as db.session.get(User, int(user_id))


@app.get("/")
def index():
    session["_user_id"] = "1"
    return "Hello" if current_user.is_authenticated else "Please log in"
