from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return "Hello"


def enable_admin():
    @app.route("/admin")
    def admin():
        return "Administration"
