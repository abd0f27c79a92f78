from flask import current_app


def limit() -> str:
    return current_app.config["LOGIN_LIMIT"]
