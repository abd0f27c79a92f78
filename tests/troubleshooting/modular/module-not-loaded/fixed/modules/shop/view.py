from flask import Blueprint

blueprint = Blueprint("shop", __name__)


@blueprint.get("/")
def index() -> str:
    return PRODUCTS[0]


PRODUCTS = ["Tea", "Cake"]
