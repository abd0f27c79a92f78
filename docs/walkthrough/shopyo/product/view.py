"""The page of this module."""

import sqlalchemy as sa
from flask import Blueprint, render_template

from .models import Product, session

blueprint = Blueprint(
    "product",
    __name__,
    template_folder="templates",
    static_folder="static",
)


@blueprint.route("/")
def index() -> str:
    """List the products by name."""
    query = sa.select(Product).order_by(Product.name).limit(100)
    return render_template("product/index.html", products=session.scalars(query))
