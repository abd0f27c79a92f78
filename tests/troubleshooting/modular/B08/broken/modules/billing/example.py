from flask import url_for


def link() -> str:
    return url_for("dashboard.index")
