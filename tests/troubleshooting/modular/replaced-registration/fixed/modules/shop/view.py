from flask import Blueprint

blueprint = Blueprint("shop", __name__)


@blueprint.app_template_filter("shop_upper")
def upper(text: str) -> str:
    return text.upper() + "!"
