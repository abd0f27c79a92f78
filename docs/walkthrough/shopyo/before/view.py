"""The page."""

from shopyo.api.module import ModuleHelp

from .models import Product

mhelp = ModuleHelp(__file__, __name__)
blueprint = mhelp.blueprint


@blueprint.route("/")
def index():
    """List the products by name."""
    context = mhelp.context()
    context["products"] = Product.query.order_by(Product.name).limit(100).all()
    return mhelp.render("index.html", **context)
