"""Visit a site as a browser does: with cookies, and by filling in its forms."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin, urlsplit


@dataclass(frozen=True)
class Page:
    """What the site answered, redirects followed."""

    status: int
    url: str
    text: str

    @property
    def path(self) -> str:
        """The path of the page that was reached in the end."""
        return urlsplit(self.url).path


class Visitor:
    """Somebody with a browser of their own."""

    def __init__(self, site: str, seconds: float = 30) -> None:
        self._site = site
        self._seconds = seconds
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._open(urllib.request.Request(urljoin(self._site, path)))

    def submit(self, path: str, **fields: str) -> Page:
        """Open a page, fill in the form that has these fields, and send it.

        :raises LookupError: if the page has no such form.
        """
        page = self.get(path)
        form = _form_with(page, fields)
        request = urllib.request.Request(
            urljoin(page.url, form.action),
            data=urlencode({**form.values, **fields}).encode(),
            headers={"Referer": page.url},
        )
        return self._open(request)

    def _open(self, request: urllib.request.Request) -> Page:
        try:
            response = self._opener.open(request, timeout=self._seconds)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            text = response.read().decode(errors="replace")
            return Page(response.status, response.url, text)


@dataclass
class _Form:
    action: str
    values: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects the forms of a page, with what their fields hold already."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form(attributes.get("action", "")))
        elif tag == "input" and self.forms and "name" in attributes:
            value = attributes.get("value", "")
            self.forms[-1].values[attributes["name"]] = value


def _form_with(page: Page, names: Iterable[str]) -> _Form:
    parser = _Forms()
    parser.feed(page.text)
    wanted = set(names)
    for form in parser.forms:
        if wanted <= form.values.keys():
            return form
    raise LookupError(f"{page.url} ({page.status}) has no form with {sorted(wanted)}.")
