"""Make pages accessible by keyboard and with screen readers.

Code and tables that are wider than a phone scroll, and must be reachable by keyboard
to be scrolled; Furo's two side columns need different names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


REACHABLE = {
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
}


def _make_reachable(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    for found, reachable in REACHABLE.items():
        if "body" in context:
            context["body"] = context["body"].replace(found, reachable)


REPAIRS = {
    '<aside class="sidebar-drawer': '<aside aria-label="Site" class="sidebar-drawer',
    '<aside class="toc-drawer': '<aside aria-label="This page" class="toc-drawer',
    '<p class="caption" role="heading">': '<p class="caption">',
}


def repair_layout(html: str) -> str:
    """Return *html* with names on both side columns, and no heading without level."""
    for furo, repaired in REPAIRS.items():
        html = html.replace(furo, repaired)
    return html


def _add_filter(app: Sphinx) -> None:
    # Furo's page.html has no block around these places; ours filters the whole.
    app.builder.templates.environment.filters["repair_layout"] = repair_layout


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register both."""
    app.connect("builder-inited", _add_filter)
    app.connect("html-page-context", _make_reachable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
