from flask import Blueprint

from kernel import has_module

blueprint = Blueprint("shop", __name__)


@blueprint.get("/")
def index() -> str:
    if has_module("blog"):
        from modules.box__community.blog import api as blog

        return blog.write_url()
    return "Tea"
