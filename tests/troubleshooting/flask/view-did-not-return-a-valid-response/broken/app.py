from flask import Flask, redirect, request

app = Flask(__name__)


@app.route("/", methods=["GET", "POST"])
def index():
    if request.method == "POST":
        redirect("/thanks")
    else:
        return "Hello"
