"""Mail: a message from a template, sent through the backend of the settings."""

from typing import Any

from flask import Flask, current_app, render_template, url_for
from flask_mailman import EmailMessage, Mail

mail = Mail()


def init_app(app: Flask) -> None:
    """Set up the mail backend."""
    mail.init_app(app)


def send_mail(to: str, subject: str, template: str, **context: Any) -> None:
    """Send a plain text message.

    :param template: name of the template of the body, such as ``"auth/reset.txt"``.
    :param context: the variables of the template.
    """
    EmailMessage(subject, render_template(template, **context), to=[to]).send()


def external_url(endpoint: str, **values: Any) -> str:
    """Return the absolute URL of an endpoint, for use outside of the site.

    It starts with the setting ``BASE_URL``, or where the request came in.
    """
    if base := current_app.config["BASE_URL"]:
        return str(base).rstrip("/") + url_for(endpoint, **values)
    return url_for(endpoint, _external=True, **values)
