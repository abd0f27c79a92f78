"""The address in edit links and in the clone command."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from _ext.repository_address import edit_links, repository_address

GITHUB = "https://github.com/me/my-flask"
REMOTES = {
    "HTTPS": (f"{GITHUB}.git", GITHUB),
    "SSH": ("git@github.com:me/my-flask.git", GITHUB),
    "SSH with a port": (
        "ssh://git@git.example.com:2222/a/b/c.git",
        "https://git.example.com/a/b/c",
    ),
    "a token": ("https://me:secret@github.com/me/my-flask", GITHUB),
    "a folder": ("/home/me/my-flask", None),
    "a file URL": ("file:///home/me/my-flask.git", None),
    "no encryption": ("http://github.com/me/my-flask", None),
}


@pytest.mark.parametrize(("remote", "address"), REMOTES.values(), ids=REMOTES)
def test_address_of_a_remote(remote: str, address: str | None, tmp_path: Path) -> None:
    for command in (["init", "-q"], ["remote", "add", "origin", remote]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    assert repository_address(tmp_path, {}) == address


def test_the_service_that_builds_the_site_knows_better(tmp_path: Path) -> None:
    found = {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "me/my-flask",
    }
    assert repository_address(tmp_path, found) == GITHUB
    assert repository_address(tmp_path, {"CI_PROJECT_URL": GITHUB}) == GITHUB


def test_without_a_remote_there_is_no_address(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert repository_address(tmp_path, {}) is None


def test_pages_have_edit_links_where_the_service_has_an_editor() -> None:
    assert edit_links(GITHUB)["source_repository"] == GITHUB
    assert edit_links("https://git.example.com/a/b") == {"top_of_page_buttons": []}
    assert edit_links(None) == {"top_of_page_buttons": []}
