"""A browser without a window: pages, forms and cookies over HTTP.

Every question a test asks is a method that says what was expected and what came
instead. Methods that only check return the page, so that they chain::

    page.expect(422).error("email", "Enter a valid email address.")
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import cached_property
from typing import NoReturn, Self
from urllib.parse import urljoin, urlsplit

import httpx
from bs4 import BeautifulSoup, Tag

# Seconds: a busy machine delivers events and mails late.
PATIENCE = 15
UNSENT = {"submit", "button", "image", "reset", "file"}


class Browser:
    """Someone's browser: it keeps cookies and does not follow redirects by itself."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, path: str, **options: object) -> Page:
        """Open a page of the site."""
        return Page(self, self.client.get(path, **options))

    def post(self, path: str, data: dict[str, str] | None = None, **options) -> Page:
        """Send a bare form, as a script would: no hidden field is added."""
        return Page(self, self.client.post(path, data=data, **options))

    def send(self, method: str, path: str, **options: object) -> Page:
        """Send any other request."""
        return Page(self, self.client.request(method, path, **options))

    def token(self) -> str:
        """Return a token that lets this browser send forms."""
        return self.get("/auth/reset").expect(200).value("csrf_token")

    def forge(self, path: str, **fields: str) -> Page:
        """Send a form that no page has shown, with a token of one's own."""
        return self.post(path, {"csrf_token": self.token()} | fields)

    def eventually(
        self, path: str, holds: Callable[[Page], object], seconds: float = PATIENCE
    ) -> Page:
        """Open a page again until something holds on it, and return that page.

        For effects that another part of the product may deliver a moment later.
        When the time is up the page is returned as it is: assert on it.
        """
        until = time.perf_counter() + seconds
        page = self.get(path)
        while not holds(page) and time.perf_counter() < until:
            time.sleep(0.05)
            page = self.get(path)
        return page

    def cookie(self, name: str) -> str | None:
        """Return the value of a cookie the site has set."""
        return self.client.cookies.get(name)

    def forget(self, cookie: str) -> None:
        """Drop a cookie, as closing the browser drops the session's."""
        del self.client.cookies[cookie]

    def close(self) -> None:
        """Close the connection."""
        self.client.close()


class Page:
    """One answer of the site."""

    def __init__(self, browser: Browser, response: httpx.Response) -> None:
        self.browser = browser
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.text = response.text

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The parsed page."""
        return BeautifulSoup(self.text, "html.parser")

    @property
    def path(self) -> str:
        """The path that was asked for, without its query."""
        return self.response.url.path

    def fail(self, reason: str) -> NoReturn:
        """Stop the test with what was expected and what the page says."""
        request = self.response.request
        words = " ".join(self.soup.get_text(" ").split())
        raise AssertionError(
            f"{request.method} {request.url.raw_path.decode()}: {reason}\n"
            f"  status   {self.status}\n"
            f"  location {self.headers.get('location', '-')}\n"
            f"  text     {words[:1200]}"
        )

    # What it is

    def expect(self, status: int) -> Self:
        """Check the status code."""
        if self.status != status:
            self.fail(f"expected status {status}, got {self.status}")
        return self

    @property
    def location(self) -> str:
        """Where a redirect leads, as path and query; "" when it is none."""
        if "location" not in self.headers:
            return ""
        target = urlsplit(urljoin(str(self.response.url), self.headers["location"]))
        if target.netloc != self.response.url.netloc.decode():
            return target.geturl()
        return target.path + (f"?{target.query}" if target.query else "")

    def to(self, path: str) -> Self:
        """Check that this is a 302 to a path (and query) of the site."""
        self.expect(302)
        if self.location != path:
            self.fail(f"expected a redirect to {path}, got one to {self.location}")
        return self

    def follow(self) -> Page:
        """Go where the redirect leads."""
        if not self.location:
            self.fail("expected a redirect to follow, got none")
        return self.browser.get(self.location)

    def asks_to_log_in(self) -> Self:
        """Check that this is a redirect to the log-in page."""
        self.expect(302)
        if urlsplit(self.location).path != "/auth/login":
            self.fail(f"expected a redirect to /auth/login, got {self.location}")
        return self

    # What it says

    @property
    def words(self) -> str:
        """The visible text of the page's main part, white space collapsed."""
        main = self.soup.find("main") or self.soup
        return " ".join(main.get_text(" ").split())

    def heading(self, text: str) -> Self:
        """Check the page's only <h1>."""
        found = [" ".join(h1.get_text().split()) for h1 in self.soup.find_all("h1")]
        if found != [text]:
            self.fail(f"expected one <h1> “{text}”, got {found}")
        return self

    def says(self, text: str) -> Self:
        """Check that the visible text contains a text."""
        if text not in self.words:
            self.fail(f"expected the text “{text}”")
        return self

    def hides(self, text: str) -> Self:
        """Check that a text is nowhere in the answer, not even in its source."""
        if text in self.text:
            self.fail(f"did not expect “{text}” on the page")
        return self

    def flash(self, text: str, category: str | None = None) -> Self:
        """Check that a flash message with this text is shown."""
        selector = "p.flash" + (f".flash-{category}" if category else "")
        shown = [" ".join(p.get_text().split()) for p in self.soup.select("p.flash")]
        found = [" ".join(p.get_text().split()) for p in self.soup.select(selector)]
        if text not in found:
            kind = f" of category {category}" if category else ""
            self.fail(f"expected the flash message “{text}”{kind}, got {shown}")
        return self

    def error(self, field: str, text: str | None = None) -> Self:
        """Check that a reason stands beside a field, tied to it for screen readers."""
        reason = self.soup.find("small", id=f"{field}-error")
        if reason is None or not reason.get_text(strip=True):
            self.fail(f"expected an error beside the field {field}, found none")
        if "field-error" not in (reason.get("class") or []):
            self.fail(f"expected class field-error on the error of {field}")
        if text is not None and reason.get_text(strip=True) != text:
            found = reason.get_text(strip=True)
            self.fail(f"expected the error “{text}” beside {field}, got “{found}”")
        control = self.control(field)
        if control.get("aria-invalid") != "true":
            self.fail(f'expected aria-invalid="true" on the field {field}')
        if control.get("aria-describedby") != f"{field}-error":
            self.fail(f'expected aria-describedby="{field}-error" on the field {field}')
        return self

    def form_error(self, text: str) -> Self:
        """Check the reason that concerns a form as a whole."""
        selector = 'p.form-error[role="alert"]'
        found = [" ".join(p.get_text().split()) for p in self.soup.select(selector)]
        if not any(text in reason for reason in found):
            self.fail(f"expected the form error “{text}”, got {found}")
        return self

    # What is on it

    def one(self, selector: str) -> Tag:
        """Return the only element that matches a CSS selector."""
        found = self.soup.select(selector)
        if len(found) != 1:
            self.fail(f"expected one element {selector}, got {len(found)}")
        return found[0]

    def has(self, selector: str) -> bool:
        """Tell whether an element matches a CSS selector."""
        return self.soup.select_one(selector) is not None

    def link(self, path: str) -> Self:
        """Check that the page links to a path."""
        links = [urlsplit(a["href"]).path for a in self.soup.select("a[href]")]
        if path not in links:
            self.fail(f"expected a link to {path}, got {sorted(set(links))}")
        return self

    def control(self, name: str) -> Tag:
        """Return the input, textarea or select of a name."""
        control = self.soup.select_one(
            f'input[name="{name}"], textarea[name="{name}"], select[name="{name}"]'
        )
        if control is None:
            self.fail(f"expected a field {name}, found none")
        return control

    def value(self, name: str) -> str:
        """Return what a field holds."""
        return _value(self.control(name))

    def metric(self, name: str) -> str:
        """Return a metric as the page shows it."""
        return self.one(f'[data-metric="{name}"]').get_text(strip=True)

    @property
    def items(self) -> dict[str, Tag]:
        """The list on the page: each item's element by its data-id, in order."""
        return {str(item["data-id"]): item for item in self.soup.select("[data-id]")}

    def older(self) -> Page | None:
        """Open the next page of the list, if there is one."""
        link = self.soup.select_one('a[rel~="next"]')
        return self.browser.get(self._url(str(link["href"]))) if link else None

    def form(self, path: str, /, **chosen: str) -> Form:
        """Return the form that posts to a path.

        `chosen` names a button or an option by its name and value, such as
        `action="publish"`: only a form that offers it is returned, with it chosen.
        """
        forms = [
            Form(self, tag, chosen)
            for tag in self.soup.find_all("form")
            if urlsplit(self._url(str(tag.get("action") or ""))).path == path
            and str(tag.get("method", "get")).lower() == "post"
            and all(_offers(tag, *choice) for choice in chosen.items())
        ]
        if len(forms) != 1:
            wanted = f"one form that posts to {path} {chosen or ''}".rstrip()
            self.fail(f"expected {wanted}, got {len(forms)}")
        return forms[0]

    def has_form(self, path: str) -> bool:
        """Tell whether a form on the page posts to a path."""
        actions = [tag.get("action") or "" for tag in self.soup.find_all("form")]
        return path in [urlsplit(self._url(str(action))).path for action in actions]

    def _url(self, href: str) -> str:
        """Resolve a reference on this page; an empty one is the page itself."""
        return urljoin(str(self.response.url), href)


class Form:
    """A form of a page with the values a browser would send."""

    def __init__(self, page: Page, tag: Tag, chosen: dict[str, str]) -> None:
        self.page = page
        self.action = page._url(str(tag.get("action") or ""))
        self.controls: dict[str, Tag] = {}
        self.data: dict[str, str] = {}
        for control in tag.select("input[name], textarea[name], select[name]"):
            if control.get("type") in UNSENT:
                continue
            name = str(control["name"])
            self.controls[name] = control
            boxed = control.get("type") in {"checkbox", "radio"}
            if not boxed or control.has_attr("checked"):
                self.data[name] = _value(control)
        self.data |= chosen

    def fill(self, **values: str | bool) -> Self:
        """Type into fields; True and False tick and clear a checkbox."""
        for name, value in values.items():
            if name not in self.controls:
                fields = ", ".join(self.controls)
                self.page.fail(f"expected a field {name} in the form, found {fields}")
            if value is False:
                self.data.pop(name, None)
            elif value is True:
                self.data[name] = str(self.controls[name].get("value", "on"))
            else:
                self.data[name] = value
        return self

    def smuggle(self, **values: str) -> Self:
        """Set values that no browser would let its user set."""
        self.data |= values
        return self

    def without(self, *names: str) -> Self:
        """Leave fields out."""
        for name in names:
            del self.data[name]
        return self

    def submit(self) -> Page:
        """Send the form."""
        return self.page.browser.post(self.action, self.data)

    def submit_as(self, browser: Browser) -> Page:
        """Send the same values from another browser, with its own token."""
        return browser.post(self.action, self.data | {"csrf_token": browser.token()})


def _value(control: Tag) -> str:
    """Return what a control holds, as a browser reads it."""
    if control.name == "textarea":
        # A browser drops the line break that directly follows the opening tag.
        return re.sub(r"\A\r?\n", "", control.get_text())
    if control.name == "select":
        options = control.find_all("option")
        picked = [o for o in options if o.has_attr("selected")] or options[:1]
        return str(picked[0].get("value", picked[0].get_text())) if picked else ""
    default = "on" if control.get("type") in {"checkbox", "radio"} else ""
    return str(control.get("value", default))


def _offers(form: Tag, name: str, value: str) -> bool:
    """Tell whether a form has a button, field or option of a name and value."""
    return any(
        control.get("value") == value
        for control in form.select(
            f'button[name="{name}"], input[name="{name}"], select[name="{name}"] option'
        )
    )
