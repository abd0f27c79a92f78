from flask import Flask, current_app

app = Flask(__name__)
app.config["ADMIN"] = "ada@example.com"


def admin():
    return current_app.config["ADMIN"]
