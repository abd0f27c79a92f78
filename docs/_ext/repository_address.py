"""The repository's address: edit links on each page, and the ``clone`` directive.

The address comes from the service that builds the site, or from the repository's own
remote ``origin``. Without an address there are no edit links, and ``clone`` shows a
sentence instead of a command.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from _ext.code_provenance import mark

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata, OptionSpec

NO_ADDRESS = "Clone this site's repository, or download and unpack its archive."
# git@host:owner/name, ssh://git@host/owner/name
SSH = re.compile(r"(?:ssh://)?git@(?P<host>[\w.-]+)(?::\d+/|[:/])(?P<path>[\w./-]+)")
EDITABLE = ("github.com", "gitlab.com")


def repository_address(
    root: Path, environment: Mapping[str, str] | None = None
) -> str | None:
    """Return the HTTPS address of the repository, or None if it is not known.

    Args:
        root: a folder of the repository, whose remote ``origin`` is read.
        environment: the environment variables; by default those of the process.
    """
    environment = os.environ if environment is None else environment
    server = environment.get("GITHUB_SERVER_URL")
    name = environment.get("GITHUB_REPOSITORY")
    candidates = (
        environment.get("READTHEDOCS_GIT_CLONE_URL"),
        f"{server}/{name}" if server and name else None,
        environment.get("CI_PROJECT_URL"),
        _origin(root),
    )
    return next(filter(None, map(_https, filter(None, candidates))), None)


def _origin(root: Path) -> str | None:
    command = ["git", "remote", "get-url", "origin"]
    try:
        found = subprocess.run(
            command, cwd=root, capture_output=True, text=True, check=False
        )
    except OSError:  # Git is not installed: the source is an unpacked archive.
        return None
    return found.stdout.strip() if found.returncode == 0 else None


def _https(address: str) -> str | None:
    """Return a public address; None for a folder of this machine."""
    if match := SSH.fullmatch(address):
        address = f"https://{match['host']}/{match['path']}"
    if not address.startswith("https://"):
        return None
    # An address may contain a user name and a password or a token.
    address = re.sub(r"^https://[^/@]*@", "https://", address)
    return address.removesuffix("/").removesuffix(".git")


def edit_links(address: str | None) -> dict[str, object]:
    """Return the options of Furo that put an edit link on each page."""
    if address is None or not address.startswith(
        tuple(f"https://{host}/" for host in EDITABLE)
    ):
        return {"top_of_page_buttons": []}
    return {
        "source_repository": address,
        "source_branch": "main",
        "source_directory": "docs/",
        "top_of_page_buttons": ["edit"],
    }


class CloneDirective(SphinxDirective):
    """Show the command that clones the repository."""

    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Return the command, or a sentence if the address is not known."""
        address = self.config.repository_address
        if not address:
            return [nodes.paragraph(text=NO_ADDRESS)]
        folder = address.rpartition("/")[2]
        command = f"$ git clone {address}\n$ cd {folder}"
        block = nodes.literal_block(command, command, language="console")
        mark(block, "computed from the address of the repository")
        return [block]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.setup_extension("_ext.code_provenance")
    app.add_config_value("repository_address", None, "env", types=[str, type(None)])
    app.add_directive("clone", CloneDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
