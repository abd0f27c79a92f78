"""Mail: messages rendered from templates, sent with the configured backend."""

from email.utils import parseaddr
from hashlib import sha256
from smtplib import SMTPException
from typing import Any
from urllib.parse import urljoin

from flask import Flask, current_app, render_template, request, url_for
from flask_mailman import EmailMessage, Mail
from werkzeug.exceptions import ServiceUnavailable

from kernel import idempotency_key

mail = Mail()


class MailNotSent(ServiceUnavailable):
    """The mail server did not accept a message; the response is 503."""

    description = "We couldn't send the email. Please try again in a few minutes."


def init_app(app: Flask) -> None:
    """Set up the mail backend."""
    mail.init_app(app)


def send_mail(to: str, subject: str, template: str, **context: Any) -> None:
    """Send a plain text message.

    When an event is redelivered, its listener sends the message with the same
    ``Message-ID``, so that mail programs can drop the duplicate.

    :param template: the template of the body, such as ``"auth/mail_reset.txt"``.
    :param context: the variables of the template.
    :raises MailNotSent: if the mail server did not accept the message.
    """
    body = render_template(template, **context)
    headers = _headers(to, subject)
    message = EmailMessage(subject, body, to=[to], headers=headers)
    try:
        message.send()
    except (OSError, SMTPException) as error:
        raise MailNotSent from error


def _headers(to: str, subject: str) -> dict[str, str]:
    """Return a ``Message-ID`` derived from the current delivery, if there is one."""
    if (key := idempotency_key()) is None:
        return {}
    _, sender = parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])
    digest = sha256(f"{key} {to} {subject}".encode()).hexdigest()[:32]
    return {"Message-ID": f"<{digest}@{sender.rpartition('@')[2]}>"}


def external_url(endpoint: str, **values: Any) -> str:
    """Return the absolute URL of an endpoint, for mails and feeds."""
    return absolute_url(url_for(endpoint, **values))


def absolute_url(path: str) -> str:
    """Return the absolute URL of a path that ``url_for`` returned.

    It starts with the setting ``BASE_URL``, or with the host of the request.
    """
    base: str = current_app.config["BASE_URL"] or request.host_url
    return urljoin(base, path)
