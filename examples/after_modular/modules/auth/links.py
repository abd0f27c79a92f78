"""What the pages behind the links of mails share."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

P = ParamSpec("P")


def link_page(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Tell nobody the address of the page: it holds a secret."""

    @wraps(view)
    def discreet(*args: P.args, **kwargs: P.kwargs) -> Response:
        response = make_response(view(*args, **kwargs))
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return discreet


def no_longer_valid(new_link_endpoint: str) -> tuple[str, int]:
    """Answer to a link that is used, old or invented, and offer a new one."""
    url = url_for(new_link_endpoint)
    return render_template("auth/invalid_link.html", new_link_url=url), 400
