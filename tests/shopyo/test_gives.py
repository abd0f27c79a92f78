"""What Shopyo has and the modular example has not: each of it seen."""

from importlib.metadata import metadata

import pytest

from tests.terminal import Terminal

ENDPOINTS = ("appadmin.roles_add", "auth.create_token", "auth.delete_token")
PARTS = """
from app import create_app
from shopyo_auth import ShopyoAuth
from shopyo.api.models import PaginationMixin, PkModel, SearchMixin, SoftDeleteMixin
from shopyo.api.models import TimestampMixin
from shopyo.api.perms import PolicyEngine

create_app()
from shopyo_auth.decorators import roles_required
PolicyEngine.grant, ShopyoAuth().events["user_registered"]
PkModel.create, PkModel.update, PkModel.get_or_404
"""


@pytest.mark.parametrize(
    "path",
    [
        "static/themes/front/blogus",
        "static/themes/back/boogle",
        "static/themes/back/mistrello",
        "static/fontawesome/webfonts",
        "static/bootstrap.min.css",
        "docs/conf.py",
        "tox.ini",
        "setup.py",
    ],
)
def test_a_new_project_carries(path: str, project: Terminal) -> None:
    assert (project.folder / path).exists()


def test_pages_for_roles_and_tokens(with_accounts: Terminal) -> None:
    routes = with_accounts.must_run("flask routes")
    assert all(f"shopyo_{endpoint}" in routes for endpoint in ENDPOINTS)


def test_parts_to_build_with(with_accounts: Terminal) -> None:
    (with_accounts.folder / "parts.py").write_text(PARTS)
    with_accounts.must_run("python parts.py")


def test_commands_that_ours_lacks(project: Terminal) -> None:
    project.must_run("shopyo startapp product", "shopyo audit", "shopyo collectstatic")
    project.must_run("mkdir ../here", "cd ../here", "shopyo new")
    assert (project.folder.parent / "here/app.py").is_file()


def test_packages_for_more_are_named(project: Terminal) -> None:
    text = metadata("shopyo").json["description"]
    assert "Auth, dashboard, page, i18n, settings, theme, and appadmin" in text
