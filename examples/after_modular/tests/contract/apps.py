"""The app that the suite tests, the one that it stands in, and what it calls things."""

from pathlib import Path

from config import Settings

APPS = Path(__file__).parents[2]
FOLDERS = {"app": "."}
# What may be removed; auth is always there.
OPTIONAL = {"admin", "billing", "blog", "dashboard", "notifications"}
THERE = {path.parent.name for path in (APPS / "modules").rglob("__init__.py")}

NAME = Settings.APP_NAME
WELCOME = f"Welcome to {NAME}"
HOME = NAME  # the heading of templates/home.html
START = "/dashboard/" if "dashboard" in THERE else "/"
MENU = [
    path
    for module, path in {"blog": "/blog/", "billing": "/billing/plans"}.items()
    if module in THERE
]
