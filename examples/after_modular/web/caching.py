"""Caching of public pages by a proxy or a CDN, for anonymous users only."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Response, after_this_request, current_app, request, session

P = ParamSpec("P")
R = TypeVar("R")


def public_page(view: Callable[P, R]) -> Callable[P, R]:
    """Let caches between the app and anonymous users keep the page of a view.

    For views whose page is the same for all anonymous users. A cache may use the page
    for ``PUBLIC_PAGE_SECONDS``, and for as long again while it fetches a new one
    (``stale-while-revalidate``, RFC 5861). The page for a user with a session, and one
    that starts a session or shows a message of it, is not marked as cacheable.
    """

    @wraps(view)
    def marked(*args: P.args, **kwargs: P.kwargs) -> R:
        after_this_request(_allow_caching)
        return view(*args, **kwargs)

    return marked


def _allow_caching(response: Response) -> Response:
    seconds = current_app.config["PUBLIC_PAGE_SECONDS"]
    # Reading the session also adds "Vary: Cookie". It is modified, and then empty, by a
    # page that shows the messages of the session.
    has_session = bool(session) or session.modified
    if seconds and response.status_code == 200 and not has_session:
        response.headers["Cache-Control"] = (
            f"public, max-age=0, s-maxage={seconds}, stale-while-revalidate={seconds}"
        )
        response.add_etag()
        response.make_conditional(request)
    return response
