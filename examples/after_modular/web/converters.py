"""URL converters."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

MAX_ID = 2**31 - 1


class IdConverter(IntegerConverter):
    """The converter ``id``, as in ``/<id:post_id>``.

    Numbers outside the range of an integer column get 404.
    """

    def __init__(self, map: Map) -> None:
        super().__init__(map, min=1, max=MAX_ID)


def init_app(app: Flask) -> None:
    """Register the converter."""
    app.url_map.converters["id"] = IdConverter
