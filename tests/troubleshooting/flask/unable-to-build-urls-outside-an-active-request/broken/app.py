from flask import Flask, url_for

app = Flask(__name__)


@app.get("/reset")
def reset():
    return "Reset your password"


def mail():
    with app.app_context():
        return "Reset your password: " + url_for("reset", _external=True)
