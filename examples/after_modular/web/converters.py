"""URL converters: what a part of a URL may be."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

MAX_ID = 2**31 - 1


class IdConverter(IntegerConverter):
    """An id, as in ``/<id:post_id>``; 404 for a number that no column could hold."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, min=1, max=MAX_ID)


def init_app(app: Flask) -> None:
    """Let every URL use the converters."""
    app.url_map.converters["id"] = IdConverter
