from flask import Flask, session
from flask_login import LoginManager, current_user

app = Flask(__name__)
app.secret_key = "development"
login_manager = LoginManager(app)


@app.get("/")
def index():
    session["_user_id"] = "1"
    return "Hello" if current_user.is_authenticated else "Please log in"
