"""Load on each page only what the page uses.

Extensions add their styles and scripts to every page; on a phone each one counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# What a page must contain for an asset to be of use.
NEEDED_BY = {
    "clipboard.min.js": "<pre",
    "copybutton.css": "<pre",
    "copybutton.js": "<pre",
    "design-tabs.js": "sd-tab-set",
    "sphinx-design.min.css": "sd-",
}
AFTER_THE_EXTENSIONS = 900


def _keep_what_is_used(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    body = context.get("body", "")
    for kind in ("css_files", "script_files"):
        context[kind] = [
            asset
            for asset in context[kind]
            if NEEDED_BY.get(asset.filename.rpartition("/")[2], "") in body
        ]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the choice."""
    app.connect("html-page-context", _keep_what_is_used, priority=AFTER_THE_EXTENSIONS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
