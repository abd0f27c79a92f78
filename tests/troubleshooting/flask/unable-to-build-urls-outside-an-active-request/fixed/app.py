from flask import Flask, url_for

app = Flask(__name__)


@app.get("/reset")
def reset():
    return "Reset your password"


def mail():
    with app.test_request_context(base_url="https://example.com/"):
        return "Reset your password: " + url_for("reset", _external=True)
