from flask import Blueprint

blueprint = Blueprint("shop", __name__)


@blueprint.get("/")
def index() -> str:
    return "Tea"
