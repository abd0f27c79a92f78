"""One visit to the app: a browser that keeps cookies and checks what it is shown."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:  # it patches whatever process imports it
    from locust.contrib.fasthttp import FastHttpSession

DEMO_ADDRESS = re.compile(r"user[0-9]{6}@example\.com")
FORM_FIELD = r'<input[^>]*name="{}"[^>]*value="([^"]*)"'


class UnexpectedAnswerError(Exception):
    """The app has answered something else than it should; the visit ends here.

    :param counted: whether the request counts as failed already.
    """

    def __init__(self, trouble: str, *, counted: bool = False):
        super().__init__(trouble)
        self.counted = counted


@dataclass(frozen=True)
class Person:
    """Somebody with an account, and the cookie of a log-in."""

    email: str
    name: str
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What came back: the page, and where it leads."""

    status: int
    text: str
    location: str

    def value(self, name: str) -> str:
        """Return what a hidden field of the page's form holds."""
        found = re.search(FORM_FIELD.format(name), self.text)
        if found is None:
            raise UnexpectedAnswerError(f"no field {name}")
        return unescape(found[1])


class Visit:
    """The requests of one visitor, one after the other.

    The first one is timed from ``due``, when it should have been sent, so that an app
    or a load generator that falls behind can't hide it: nobody waits to be late.
    """

    def __init__(self, http: FastHttpSession, person: Person | None, due: float):
        self.http = http
        self.person = person
        # The visit's own copy: two visits of one person do not meet.
        self.cookies = dict(person.cookies) if person else {}
        self._due: float | None = due

    def get(self, name: str, path: str, *shows: str, status: int = 200) -> Answer:
        """Open a page, which must show these texts.

        :param name: what the request counts as.
        :raises UnexpectedAnswerError: when it answers anything else.
        """
        return self._send("GET", name, path, shows, (status,))

    def post(
        self, name: str, path: str, *, status: tuple[int, ...] = (302,), **data: str
    ) -> Answer:
        """Send a form.

        :raises UnexpectedAnswerError: when another status than these comes back.
        """
        return self._send("POST", name, path, (), status, data)

    def _send(
        self,
        method: str,
        name: str,
        path: str,
        shows: tuple[str, ...],
        expected: tuple[int, ...],
        data: dict[str, str] | None = None,
    ) -> Answer:
        due, self._due = self._due or time.perf_counter(), None
        with self.http.request(
            method,
            path,
            name=name,
            data=urlencode(data) if data else None,
            headers=self._headers(data),
            catch_response=True,
        ) as response:
            elapsed = time.perf_counter() - due
            response.request_meta["response_time"] = 1000 * elapsed
            answer = Answer(
                response.status_code, response.text or "", _location(response)
            )
            if trouble := self._trouble(answer, expected, shows):
                response.failure(trouble)
            else:
                response.success()
        if trouble:
            raise UnexpectedAnswerError(trouble, counted=True)
        self._keep_cookies(response)
        return answer

    def _headers(self, data: dict[str, str] | None) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        form = {"Content-Type": "application/x-www-form-urlencoded"} if data else {}
        return form | ({"Cookie": cookies} if cookies else {})

    def _trouble(
        self, answer: Answer, expected: tuple[int, ...], shows: tuple[str, ...]
    ) -> str:
        """Return what is wrong with an answer; "" if nothing is."""
        if answer.status == 0:
            return "no answer"
        if answer.status not in expected:
            return f"HTTP {answer.status}"
        if self._is_of_somebody_else(answer.text):
            return "wrong session"
        if any(text not in answer.text for text in shows):
            return "wrong content"
        return ""

    def _is_of_somebody_else(self, page: str) -> bool:
        """Whether a page shows another address; lists of people are for admins."""
        mine = self.person.email if self.person else ""
        if mine.startswith("admin"):
            return False
        return any(address != mine for address in DEMO_ADDRESS.findall(page))

    def _keep_cookies(self, response: Any) -> None:
        for header in response.headers.getlist("set-cookie"):
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value


def _location(response: Any) -> str:
    if response.status_code != 302:
        return ""
    target = urlsplit(response.headers["location"])
    return target.path + (f"?{target.query}" if target.query else "")
