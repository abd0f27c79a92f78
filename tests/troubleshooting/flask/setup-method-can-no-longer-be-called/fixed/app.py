from flask import Flask


def create_app(*, admin=False):
    app = Flask(__name__)

    @app.get("/")
    def index():
        return "Hello"

    if admin:

        @app.route("/admin")
        def admin_page():
            return "Administration"

    return app
