from flask import Blueprint

from modules.box__community.blog import api as blog

blueprint = Blueprint("shop", __name__)


@blueprint.get("/")
def index() -> str:
    return blog.write_url()
