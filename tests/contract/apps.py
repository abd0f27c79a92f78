"""The apps that the suite tests, and what they call things."""

from pathlib import Path

APPS = Path(__file__).parents[2] / "examples"
FOLDERS = {"before": "before_monolith", "after": "after_modular"}
# What an app that was started from these may not have; auth is always there.
OPTIONAL = {"admin", "billing", "blog", "dashboard", "notifications"}

NAME = "Inkwell"
WELCOME = f"Welcome to {NAME}"
HOME = "Publish your writing"
START = "/dashboard/"
MENU = ["/blog/", "/billing/plans"]
