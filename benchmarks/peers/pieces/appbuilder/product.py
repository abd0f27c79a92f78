"""The page."""

from flask_appbuilder import BaseView, expose


class Product(BaseView):
    """Say hello."""

    route_base = "/product"
    default_view = "index"

    @expose("/")
    def index(self) -> str:
        """Say hello."""
        return "hello"
