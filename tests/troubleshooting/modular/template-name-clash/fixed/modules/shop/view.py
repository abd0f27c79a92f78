from flask import Blueprint, render_template

blueprint = Blueprint("shop", __name__, template_folder="templates")


@blueprint.get("/")
def index() -> str:
    return render_template("shop/index.html")
