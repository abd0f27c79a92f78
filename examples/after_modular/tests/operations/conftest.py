"""Fixtures of the operations tests: apps with other settings, and their log."""

import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from kernel import db, publish
from kernel.operations import logs
from kernel.testing import AppFactory, Boot
from kernel.testing.apps import IsolatedClient
from modules.auth.events import UserConfirmed

AppWith = Callable[..., Flask]
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def app_with(
    boot: Boot,
    create_app: AppFactory,
    migrated_database: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AppWith:
    """Return a function that makes an app with other settings."""

    def app_with(**settings: str) -> Flask:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        database = tmp_path / "other.db"
        shutil.copy(migrated_database, database)
        app = create_app(database, boot.modules)
        app.test_client_class = IsolatedClient
        return app

    return app_with


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """Return the standard error of apps that are made after this."""
    stderr = StringIO()  # pytest replaces its own between set-up and test
    monkeypatch.setattr(logs, "sys", SimpleNamespace(stderr=stderr))
    return stderr


@pytest.fixture
def lines(stderr: StringIO) -> Lines:
    """Return a function that returns the JSON lines logged since its last call."""

    def lines() -> list[dict[str, Any]]:
        printed = stderr.getvalue().splitlines()
        stderr.seek(0)
        stderr.truncate()
        return [json.loads(line) for line in printed]

    return lines


@pytest.fixture
def confirm() -> Callable[[], str]:
    """Return a view function that publishes an event that modules listen to."""

    def confirm() -> str:
        publish(UserConfirmed(user_id=1, name="Ann", email="ann@example.com"))
        db.get_session("auth").commit()
        return "confirmed"

    return confirm
