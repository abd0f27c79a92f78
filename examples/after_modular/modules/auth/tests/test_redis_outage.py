"""Redis that goes down while a request is answered."""

import pytest
from flask.testing import FlaskClient

from modules.auth.models import User
from web.security import limiter


def test_what_is_done_is_no_error(
    client: FlaskClient,
    user: User,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*args: object, **options: object) -> bool:
        raise ConnectionError("Redis is down")

    monkeypatch.setattr(limiter.limiter, "hit", fail)
    page = client.post("/auth/reset", data={"email": user.email})
    assert page.status_code == 302
    assert "Redis is down" in caplog.text
