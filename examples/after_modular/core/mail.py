"""Mail: a message from a template, sent through the backend of the settings."""

from smtplib import SMTPException
from typing import Any
from urllib.parse import urljoin

from flask import Flask, current_app, render_template, request, url_for
from flask_mailman import EmailMessage, Mail
from werkzeug.exceptions import ServiceUnavailable

mail = Mail()


class MailNotSent(ServiceUnavailable):
    """The mail server did not take a message; a request that needs it answers 503."""

    description = "We could not send the mail. Try again in a few minutes."


def init_app(app: Flask) -> None:
    """Set up the mail backend."""
    mail.init_app(app)


def send_mail(to: str, subject: str, template: str, **context: Any) -> None:
    """Send a plain text message, or raise :class:`MailNotSent`.

    :param template: name of the template of the body, such as ``"auth/reset.txt"``.
    :param context: the variables of the template.
    """
    message = EmailMessage(subject, render_template(template, **context), to=[to])
    try:
        message.send()
    except (OSError, SMTPException) as error:
        raise MailNotSent from error


def external_url(endpoint: str, **values: Any) -> str:
    """Return the absolute URL of an endpoint, for use outside of the site."""
    return absolute_url(url_for(endpoint, **values))


def absolute_url(path: str) -> str:
    """Return the absolute URL of a path of the site, such as ``url_for`` returns.

    It starts with the setting ``BASE_URL``, or where the request came in.
    """
    base: str = current_app.config["BASE_URL"] or request.host_url
    return urljoin(base, path)
