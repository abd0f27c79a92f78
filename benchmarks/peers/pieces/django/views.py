"""The page."""

from django.http import HttpRequest, HttpResponse


def index(request: HttpRequest) -> HttpResponse:
    """Say hello."""
    return HttpResponse("hello")
