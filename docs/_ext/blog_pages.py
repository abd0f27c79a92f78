"""Make ABlog's generated pages fit a theme with its own layout.

ABlog puts its ``page.html`` before the theme's, which leaves Furo's pages blank;
``conf.py`` turns that off, and here its templates become the last resort. Generated
pages also get the description that a written page has from its ``meta`` directive.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ablog
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.jinja2glue import SphinxFileSystemLoader

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def _fall_back_to_ablog_templates(app: Sphinx) -> None:
    if isinstance(app.builder, StandaloneHTMLBuilder):
        loader = SphinxFileSystemLoader(ablog.get_html_templates_path())
        app.builder.templates.loaders.append(loader)


def _describe_generated_page(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if doctree is None:
        title = context.get("title") or "Search"
        text = f"{title}: {app.config.project}, {app.config.tagline}."
        context["metatags"] = (
            context.get("metatags", "")
            + f'<meta name="description" content="{escape(text)}">\n'
        )


def _remove_drafts(app: Sphinx, exception: Exception | None) -> None:
    # ABlog always writes this page; on a published site it is empty.
    for page in Path(app.outdir).glob("blog/drafts.html"):
        page.unlink()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register all of it."""
    app.add_config_value("tagline", "", "html", types=[str])
    app.connect("builder-inited", _fall_back_to_ablog_templates)
    app.connect("html-page-context", _describe_generated_page)
    app.connect("build-finished", _remove_drafts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
