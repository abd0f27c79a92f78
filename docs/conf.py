"""Build the site: ``sphinx-build -W -n docs docs/_build/html``.

Set SITE_URL to the address at which the site is published; Read the Docs sets its own.
"""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent))

from _ext.repository_address import edit_links
from _ext.repository_address import repository_address as address_of

project = "Modular Flask"
author = "Modular Flask contributors"
copyright = author
tagline = "how to structure a Flask app that scales"

site_url = os.environ.get("READTHEDOCS_CANONICAL_URL") or os.environ.get("SITE_URL")
html_baseurl = (site_url or "http://localhost:8000/").rstrip("/") + "/"
repository_address = address_of(Path(__file__).parent)

extensions = [
    "ablog",
    "notfound.extension",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_reredirects",
    "sphinx_sitemap",
    "sphinx_tabs.tabs",
    "sphinxext.opengraph",
    "_ext.accessibility",
    "_ext.blog_pages",
    "_ext.canvas",
    "_ext.capacity",
    "_ext.claim",
    "_ext.code_provenance",
    "_ext.console",
    "_ext.data_table",
    "_ext.example",
    "_ext.fault_matrix",
    "_ext.feeds",
    "_ext.last_changed",
    "_ext.lean_pages",
    "_ext.measured",
    "_ext.module_graph",
    "_ext.repository_address",
    "_ext.sitemap",
    "_ext.tree",
]
exclude_patterns = ["_build"]
templates_path = ["_templates"]
nitpicky = True
language = "en"

# -- The look ----------------------------------------------------------------
html_theme = "furo"
html_title = project
html_context = {"tagline": tagline}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/favicon.svg"
html_copy_source = False
html_use_index = False
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_theme_options = {
    **edit_links(repository_address),
    "light_logo": "logo.svg",
    "dark_logo": "logo.svg",
    "light_css_variables": {
        "color-brand-primary": "#0b6675",
        "color-brand-content": "#0b6675",
        "color-brand-visited": "#0b6675",
    },
    "dark_css_variables": {
        "color-brand-primary": "#5fd3e3",
        "color-brand-content": "#5fd3e3",
        "color-brand-visited": "#5fd3e3",
    },
}

# -- The blog ----------------------------------------------------------------
# Furo's pages come out blank when ABlog puts its page.html before the theme's.
skip_injecting_base_ablog_templates = True
blog_baseurl = html_baseurl
blog_title = project
blog_path = "blog"
blog_post_pattern = "posts/*.rst"
blog_authors = {"Shopyo Team": ("Shopyo Team", None)}
blog_feed_archives = True
blog_feed_fulltext = True
blog_feed_subtitle = "How to structure a Flask app that scales."
post_auto_orphan = False
post_date_format = "%Y-%m-%d"
post_date_format_short = "%Y-%m-%d"

# -- The addresses -----------------------------------------------------------
notfound_urls_prefix = urlsplit(html_baseurl).path
sitemap_url_scheme = "{link}"
# Pages that have moved: the old name, and the new address relative to it.
redirects = {
    "how-to/watch-it-run": "monitoring.html",
    "scale": "how-to/performance/index.html",
}
redirect_html_template_file = "_templates/redirect.html"
sitemap_excludes = [
    "404.html",
    "search.html",
    "blog/drafts.html",
    *(f"{page}.html" for page in redirects),
]
ogp_site_url = html_baseurl
ogp_site_name = project
ogp_social_cards = {"enable": False}

# -- The code blocks ---------------------------------------------------------
copybutton_prompt_text = r"\$ |>>> |\.\.\. "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .gp, .go"
# Its looks are in site.css.
sphinx_tabs_disable_css_loading = True
sphinx_tabs_disable_tab_closing = True
