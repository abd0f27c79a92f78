"""List each page once in the sitemap, in an order that never changes.

The page ``blog`` exists twice for Sphinx: as a stub for the table of contents, and
as the archive that ABlog writes over it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
AFTER_SPHINX_SITEMAP = 900


def _sort_out_sitemap(app: Sphinx, exception: Exception | None) -> None:
    file = Path(app.outdir) / app.config.sitemap_filename
    if exception is not None or not file.exists():
        return
    ElementTree.register_namespace("", NAMESPACE)
    sitemap = ElementTree.parse(file)
    root = sitemap.getroot()
    pages = {url[0].text or "": url for url in root}
    root[:] = [pages[location] for location in sorted(pages)]
    ElementTree.indent(sitemap)
    sitemap.write(file, encoding="utf-8", xml_declaration=True)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the correction."""
    app.connect("build-finished", _sort_out_sitemap, priority=AFTER_SPHINX_SITEMAP)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
