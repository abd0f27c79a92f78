"""The app of development.ini, for gunicorn."""

from pathlib import Path

from paste.deploy import loadapp

application = loadapp(f"config:{Path('development.ini').resolve()}")
