"""A visitor of a running app: logs in, asks for pages, knows what came back."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
POST = re.compile(r'<li data-id="([0-9]+)"')
NEXT = re.compile(r'rel="next"[^>]*href="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What an app answered."""

    status: int
    body: str
    headers: http.client.HTTPMessage


class Visitor:
    """Somebody with a browser: keeps cookies, and sends them along.

    :param url: where the app answers, such as ``"http://127.0.0.1:8000"``.
    """

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).netloc
        self._cookies: dict[str, str] = {}

    def get(self, path: str, status: int = 200, **headers: str) -> Answer:
        """Return a page.

        :raises RuntimeError: if it does not answer with ``status``.
        """
        return self._expect(status, "GET", path, None, headers)

    def post(
        self, path: str, token: str | None = None, status: int = 302, **fields: str
    ) -> Answer:
        """Send a form, with the token that was read before, or that is there now.

        :raises RuntimeError: if it does not answer with ``status``.
        """
        fields["csrf_token"] = token or self.token(path)
        body = urlencode(fields)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._expect(status, "POST", path, body, headers)

    def token(self, path: str) -> str:
        """Open a form and return its token."""
        found = TOKEN.search(self.get(path).body)
        if found is None:
            raise RuntimeError(f"{path} has no form.")
        return found[1]

    def log_in(self, email: str, password: str) -> None:
        """Log in."""
        self.post("/auth/login", email=email, password=password)

    def _expect(
        self, status: int, method: str, path: str, body: str | None, headers: dict
    ) -> Answer:
        answer = self._send(method, path, body, headers)
        if answer.status != status:
            raise RuntimeError(f"{method} {path} answered {answer.status}.")
        return answer

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> Answer:
        connection = http.client.HTTPConnection(self._address)
        if self._cookies:
            pairs = (f"{name}={value}" for name, value in self._cookies.items())
            headers = {**headers, "Cookie": "; ".join(pairs)}
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        for line in response.headers.get_all("Set-Cookie", ()):
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        connection.close()
        return Answer(response.status, text, response.headers)
