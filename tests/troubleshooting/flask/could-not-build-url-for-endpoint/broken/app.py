from flask import Blueprint, Flask, redirect, url_for

auth = Blueprint("auth", __name__)


@auth.get("/login")
def login():
    return "Log in"


app = Flask(__name__)
app.register_blueprint(auth)


@app.get("/")
def index():
    return redirect(url_for("login"))
