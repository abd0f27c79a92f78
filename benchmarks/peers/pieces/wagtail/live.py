"""The generated settings, as in production, but for the files of collectstatic."""

from mysite.settings.dev import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
