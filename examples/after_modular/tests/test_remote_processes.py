"""Two deployments of one source tree: billing in its own processes, and the rest."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kernel.remote import signatures

ROOT = Path(__file__).parents[1]
OTHERS = ("auth", "blog", "dashboard", "notifications", "admin")
KEY = "the key that both deployments share"
PASSWORD = "a long password of an admin"

pytestmark = [pytest.mark.needs(name) for name in ("billing", *OTHERS)]


class Deployment:
    """The processes with one value of REMOTE_MODULES, and their database."""

    def __init__(self, folder: Path, name: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self.log = folder / f"{name}.log"
        self.settings = {
            "APP_ENV": "testing",
            "SECRET_KEY": KEY,
            "DATABASE_URL": f"sqlite:///{folder / name}.db",
            "MAIL_BACKEND": "file",
            "MAIL_FILE_PATH": str(folder / "mail"),
            "EVENTS_ENGINE": "thread",
        }

    def flask(self, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.settings},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "run", f"--port={self.port}"],
                cwd=ROOT,
                env={**os.environ, **self.settings},
                stdout=log,
                stderr=log,
            )
        wait_until(lambda: get(f"{self.url}/healthz")[0] == 200)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


class Browser:
    """A client that keeps cookies and fills in the hidden fields of forms."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(CookieJar()),
        )

    def open(
        self,
        url: str,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> tuple[int, str]:
        data = urlencode(form).encode() if form is not None else body
        request = urllib.request.Request(url, data, headers or {})
        try:
            with self._opener.open(request, timeout=20) as response:
                self.url = response.url
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def send(self, url: str, *, at: str | None = None, **form: str) -> tuple[int, str]:
        """Submit the form of a page, with its hidden fields."""
        _, page = self.open(at or url)
        hidden = re.findall(
            r'<input[^>]*name="(csrf_token|idempotency_key)"[^>]*value="([^"]+)"', page
        )
        return self.open(url, {**dict(hidden), **form})

    def log_in(self, url: str, email: str) -> "Browser":
        self.send(f"{url}/auth/login", email=email, password=PASSWORD)
        return self


def get(url: str) -> tuple[int, str]:
    try:
        return Browser().open(url)
    except OSError:
        return 0, ""


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def figure(page: str, name: str) -> str | None:
    found = re.search(rf'data-metric="{name}">([^<]*)<', page)
    return found[1] if found else None


@pytest.fixture(scope="module")
def deployments(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Deployment, Deployment]]:
    folder = tmp_path_factory.mktemp("deployments")
    main, billing = Deployment(folder, "main"), Deployment(folder, "billing")
    main.settings["REMOTE_MODULES"] = f"billing={billing.url}"
    billing.settings["REMOTE_MODULES"] = ",".join(f"{o}={main.url}" for o in OTHERS)
    for each in (main, billing):
        each.flask("initialize")
        each.start()
    yield main, billing
    for each in (main, billing):
        each.stop()


@pytest.fixture
def main(deployments: tuple[Deployment, Deployment]) -> Deployment:
    return deployments[0]


@pytest.fixture
def billing(deployments: tuple[Deployment, Deployment]) -> Deployment:
    return deployments[1]


@pytest.fixture
def ada(main: Deployment, request: pytest.FixtureRequest) -> Browser:
    """Return the client of an admin who is logged in."""
    email = f"{request.node.name}@example.com".replace("_", "-")
    main.flask("create-admin", email, "--password", PASSWORD)
    return Browser().log_in(main.url, email)


def subscribe(ada: Browser, billing: Deployment) -> None:
    plans = f"{billing.url}/billing/plans"
    ada.send(f"{billing.url}/billing/subscribe", at=plans)
    ada.send(ada.url, outcome="paid")  # on the page of the payment provider


def test_each_database_has_its_own_tables(
    main: Deployment, billing: Deployment
) -> None:
    assert main.flask("initialize").endswith("Up to date.\n")
    for each, present, absent in (
        (main, "auth_user", "billing_invoice"),
        (billing, "billing_invoice", "auth_user"),
    ):
        database = each.settings["DATABASE_URL"].removeprefix("sqlite:///")
        raw = Path(database).read_bytes() + Path(f"{database}-wal").read_bytes()
        assert present.encode() in raw
        assert f"CREATE TABLE {absent}".encode() not in raw


def test_a_login_is_valid_in_both_deployments(
    ada: Browser, main: Deployment, billing: Deployment
) -> None:
    assert ada.open(f"{billing.url}/billing/")[0] == 200
    assert "Log out" in ada.open(f"{billing.url}/billing/plans")[1]
    ada.send(f"{main.url}/auth/logout", at=f"{main.url}/")
    assert "Log out" not in ada.open(f"{billing.url}/billing/plans")[1]


def test_each_deployment_serves_its_own_pages_only(
    ada: Browser, main: Deployment, billing: Deployment
) -> None:
    assert ada.open(f"{main.url}/billing/plans")[0] == 503
    assert ada.open(f"{billing.url}/dashboard/")[0] == 503
    assert ada.open(f"{main.url}/billing/static/billing.css")[0] == 200
    assert ada.open(f"{billing.url}/admin/data/invoices/")[0] == 200
    assert ada.open(f"{main.url}/admin/data/invoices/")[0] == 503
    assert "Call its api" in main.log.read_text()


def test_calls_need_a_valid_signature(billing: Deployment) -> None:
    path = "/internal/api/billing/service/plan_of"

    def call(path: str, body: bytes, signature: str) -> int:
        headers = {signatures.HEADER: signature, "Content-Type": "application/json"}
        return Browser().open(billing.url + path, headers=headers, body=body)[0]

    body = json.dumps({"user_id": 1}).encode()
    assert call(path, body, signatures.sign(KEY, path, body)) == 200
    assert call(path, body, "") == 403
    assert call(path, body, signatures.sign("another key", path, body)) == 403
    assert call("/internal/events", b"{}", "") == 403
    for name in (
        "billing/service/_private",
        "billing/service/session",
        "billing/models/session",
    ):
        path = f"/internal/api/{name}"
        assert call(path, b"{}", signatures.sign(KEY, path, b"{}")) == 404


def test_a_payment_shows_in_the_other_deployment(
    ada: Browser, main: Deployment, billing: Deployment
) -> None:
    assert figure(ada.open(f"{main.url}/dashboard/")[1], "plan") == "Free"
    subscribe(ada, billing)
    assert figure(ada.open(f"{main.url}/dashboard/")[1], "plan") == "Pro"
    assert "Pro" in ada.open(f"{main.url}/auth/account")[1]
    wait_until(lambda: "You are on Pro" in ada.open(f"{main.url}/notifications/")[1])
    data = json.loads(ada.open(f"{main.url}/auth/account/export")[1])
    assert data["subscription"]["status"] == "active"
    assert len(data["invoices"]) == 1


def test_pages_work_without_billing_and_events_are_delivered_later(
    ada: Browser, main: Deployment, billing: Deployment
) -> None:
    billing.stop()
    try:
        status, page = ada.open(f"{main.url}/dashboard/")
        assert (status, figure(page, "plan")) == (200, None)
        assert figure(page, "my-posts") == "0"
        assert ada.open(f"{main.url}/auth/account")[0] == 200
        export = json.loads(ada.open(f"{main.url}/auth/account/export")[1])
        assert export["billing"] == "temporarily unavailable"
        for number in range(4):  # Free allows three; without billing there is no limit
            new = f"{main.url}/blog/new"
            post = {"title": f"Post {number}", "body": "Text", "action": "publish"}
            assert ada.send(new, **post)[0] == 200
        status, _ = ada.send(f"{main.url}/auth/account/delete", password=PASSWORD)
        assert status == 200
        assert "billing.forget" in main.flask("events", "list")
    finally:
        billing.start()
    wait_until(lambda: "billing.forget" not in main.flask("events", "list"))
    wait_until(
        lambda: "billing.forget" in billing.flask("events", "list", "--state=completed")
    )


def test_without_auth_members_pages_are_unavailable(
    ada: Browser, main: Deployment, billing: Deployment
) -> None:
    main.stop()
    try:
        assert ada.open(f"{billing.url}/billing/")[0] == 503
        assert Browser().open(f"{billing.url}/billing/plans")[0] == 200
    finally:
        main.start()
