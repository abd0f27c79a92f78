"""Everything that more than one page needs."""

import calendar
import functools
import html
import json
import re
import secrets
import smtplib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, NoReturn, Protocol
from urllib.parse import urlencode

import click
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from email_validator import EmailNotValidError, validate_email
from flask import abort, current_app, render_template, request, url_for
from flask_login import current_user, login_required
from flask_mailman import EmailMessage
from itsdangerous import BadData, URLSafeTimedSerializer
from limits import parse_many
from markdown_it import MarkdownIt
from markupsafe import Markup
from sqlalchemy import Select, make_url
from sqlalchemy.exc import ArgumentError
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from models import Checkout, Notification, User, db, utcnow

PAGE_SIZE = 20
ADMIN_PAGE_SIZE = 50
FREE_POSTS = 3
PRO_PRICE = 900  # cents, EUR
CONFIRM_SECONDS = 7 * 24 * 3600
RESET_SECONDS = 3600
MAX_EMAIL_LENGTH = 254  # as RFC 5321 allows it and the table holds it
MEGABYTE = 1024 * 1024

DEV_SECRET_KEY = "dev"
DEV_WEBHOOK_SECRET = "whsec_ZGV2ZWxvcG1lbnQtb25seS1zZWNyZXQ="
MAIL_BACKENDS = ("console", "file", "smtp", "locmem")


# ---------------------------------------------------------------- settings


def refuse_to_start(message: str) -> NoReturn:
    """Say in one line what is wrong with the settings, and stop."""
    click.echo(f"Error: {message}", err=True)
    raise SystemExit(2)


def read_settings(environ: Mapping[str, str], instance_path: str) -> dict[str, Any]:
    """Turn environment variables into Flask's configuration.

    Stops the program with exit code 2 when a setting can't be used.
    """
    env = environ.get("APP_ENV") or "development"
    if env not in {"development", "testing", "production"}:
        refuse_to_start(f"APP_ENV is {env!r}. Use development, testing or production.")
    secret_key = environ.get("SECRET_KEY") or DEV_SECRET_KEY
    webhook_secret = environ.get("WEBHOOK_SECRET") or DEV_WEBHOOK_SECRET
    database_url = environ.get("DATABASE_URL") or ""
    if env == "production":
        require_secret("SECRET_KEY", secret_key, DEV_SECRET_KEY)
        require_secret("WEBHOOK_SECRET", webhook_secret, DEV_WEBHOOK_SECRET)
        if not database_url:
            refuse_to_start("DATABASE_URL is missing. Set it to your database's URL.")
        if not environ.get("BASE_URL"):
            refuse_to_start("BASE_URL is missing. Set it to the address of the site.")
    return {
        "APP_ENV": env,
        "SECRET_KEY": secret_key,
        "WEBHOOK_SECRET": checked_webhook_secret(webhook_secret),
        "SQLALCHEMY_DATABASE_URI": checked_database_url(
            database_url or "sqlite:///app.db"
        ),
        "PAYMENT_SANDBOX": env != "production"
        or checked_switch("PAYMENT_SANDBOX", environ.get("PAYMENT_SANDBOX") or "false"),
        "BASE_URL": checked_base_url(environ.get("BASE_URL") or ""),
        "MAIL_BACKEND": checked_mail_backend(environ.get("MAIL_BACKEND") or "console"),
        "MAIL_FILE_PATH": environ.get("MAIL_FILE_PATH")
        or str(Path(instance_path) / "mail"),
        "MAIL_SERVER": environ.get("MAIL_SERVER") or "localhost",
        "MAIL_PORT": checked_port("MAIL_PORT", environ.get("MAIL_PORT") or "25"),
        "MAIL_USERNAME": environ.get("MAIL_USERNAME"),
        "MAIL_PASSWORD": environ.get("MAIL_PASSWORD"),
        "MAIL_USE_TLS": checked_switch(
            "MAIL_USE_TLS", environ.get("MAIL_USE_TLS") or "false"
        ),
        "MAIL_TIMEOUT": 10,
        "MAIL_DEFAULT_SENDER": environ.get("MAIL_DEFAULT_SENDER")
        or "Inkwell <hello@example.com>",
        "LOGIN_LIMIT": checked_limit("LOGIN_LIMIT", environ, "5 per minute"),
        "LOGIN_IP_LIMIT": checked_limit("LOGIN_IP_LIMIT", environ, "100 per minute"),
        "MAIL_LIMIT": checked_limit("MAIL_LIMIT", environ, "5 per hour"),
        "MAIL_IP_LIMIT": checked_limit("MAIL_IP_LIMIT", environ, "30 per hour"),
        "MAX_CONTENT_LENGTH": MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": MEGABYTE,
        "SESSION_COOKIE_SECURE": env == "production",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_DURATION": timedelta(days=31),
        "REMEMBER_COOKIE_SECURE": env == "production",
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
    }


def require_secret(name: str, value: str, development_value: str) -> None:
    """Refuse a secret that others could know or guess."""
    if value == development_value:
        refuse_to_start(f"{name} is missing. Set it to a long random value.")
    if len(value) < 32:
        refuse_to_start(f"{name} is too short. Use at least 32 characters.")


def checked_webhook_secret(secret: str) -> str:
    """Accept what Standard Webhooks can sign with."""
    try:
        Webhook(secret)
    except (ValueError, EmptyWebhookSecretError):
        refuse_to_start("WEBHOOK_SECRET is not whsec_ followed by base64 text.")
    return secret


def checked_database_url(text: str) -> str:
    """Accept SQLite and PostgreSQL, and name PostgreSQL's driver."""
    text = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", text)
    try:
        backend = make_url(text).get_backend_name()
    except (ArgumentError, ValueError):
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        refuse_to_start(
            "DATABASE_URL is not a URL such as sqlite:///app.db or"
            " postgresql://user:password@host/name."
        )
    return text


def checked_base_url(text: str) -> str:
    """Accept the address people type to come here, or nothing."""
    if text and not re.fullmatch(r"https?://[^/\s?#]+(/[^\s?#]*)?", text):
        refuse_to_start("BASE_URL is not a URL such as https://inkwell.example.")
    return text.rstrip("/")


def checked_mail_backend(name: str) -> str:
    """Accept a way to send mail that we know."""
    if name not in MAIL_BACKENDS:
        refuse_to_start(
            f"MAIL_BACKEND is {name!r}. Use one of {', '.join(MAIL_BACKENDS)}."
        )
    return name


def checked_port(name: str, text: str) -> int:
    """Accept a TCP port."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        refuse_to_start(f"{name} is {text!r}. Use a number from 1 to 65535.")
    return int(text)


def checked_switch(name: str, text: str) -> bool:
    """Accept yes and no in the usual spellings."""
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    refuse_to_start(f"{name} is {text!r}. Use true or false.")


def checked_limit(name: str, environ: Mapping[str, str], default: str) -> str:
    """Accept a rate such as ``5 per minute``."""
    text = environ.get(name) or default
    try:
        parse_many(text)
    except ValueError:
        refuse_to_start(f"{name} is {text!r}. Use a rate such as {default!r}.")
    return text


# ------------------------------------------------- addresses and passwords


def validated_email(text: str) -> str:
    """Return the normal form of an address.

    Raises ValueError when nobody can have such an address.
    """
    text = text.strip()
    if len(text) > MAX_EMAIL_LENGTH:  # to normalize takes time that grows quadratically
        raise EmailNotValidError("The address is too long.")
    # "test" addresses can't be delivered, but they harm nobody.
    address = validate_email(text, check_deliverability=False, test_environment=True)
    return address.normalized.lower()


def normalise_email(text: str) -> str:
    """Return any text in the form in which addresses are stored and looked up.

    It is never longer than an address can be, so that it can serve as a key.
    """
    text = text.strip()[:MAX_EMAIL_LENGTH]
    try:
        return validated_email(text)
    except EmailNotValidError:
        return unicodedata.normalize("NFC", text).lower()


# OWASP's smallest argon2id: 19 MiB, two passes, one lane.
password_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


@functools.cache
def dummy_hash() -> str:
    """A hash that nobody's password has, to spend the same time on strangers."""
    return password_hasher.hash(secrets.token_hex())


def verify_password(user: User | None, password: str) -> bool:
    """Check a password, as slowly for strangers as for members."""
    try:
        password_hasher.verify(user.password_hash if user else dummy_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return user is not None


def set_password(user: User, password: str) -> None:
    """Change the password and end every session and link that knew the old one."""
    user.password_hash = password_hasher.hash(password)
    user.security_stamp = new_stamp()


def new_stamp() -> str:
    """Return a value that no earlier session or link knows."""
    return secrets.token_hex(16)


# ------------------------------------------------------------------ tokens


def make_token(purpose: str, user: User) -> str:
    """Sign a link's token for one purpose; it dies with the user's stamp."""
    payload = [user.id, user.security_stamp]
    return URLSafeTimedSerializer(current_app.secret_key, salt=purpose).dumps(payload)


def user_of_token(purpose: str, token: str, max_age: int) -> User | None:
    """Return whom a token was made for; None when it is no longer good."""
    serializer = URLSafeTimedSerializer(current_app.secret_key, salt=purpose)
    try:
        user_id, stamp = serializer.loads(token, max_age=max_age)
    except BadData:
        return None
    user = db.session.get(User, user_id)
    return user if user and user.security_stamp == stamp else None


def client_address() -> str:
    """Return the client's address, or the network of an IPv6 address.

    Providers give each customer a /64 or more, with addresses without number.
    """
    text = request.remote_addr or "no address"
    try:
        address = ip_address(text)
    except ValueError:  # a Unix socket, or a proxy that names its client otherwise
        return text
    return str(ip_network((address, 64 if address.version == 6 else 32), strict=False))


def safe_next(target: str | None) -> str | None:
    """Return where to go after logging in, if that is on this site."""
    if not target or not re.fullmatch(r"/(?!/)[^\\\x00-\x1f\x7f]*", target):
        return None
    return target


def external_url(endpoint: str, **values: Any) -> str:
    """Build an absolute link, for mails and feeds."""
    if base_url := current_app.config["BASE_URL"]:
        return base_url + url_for(endpoint, **values)
    return url_for(endpoint, _external=True, **values)


# ------------------------------------------------- mails and notifications


class MailNotSentError(Exception):
    """The mail server refused or did not answer."""


def send_mail(user: User, subject: str, template: str, **context: Any) -> None:
    """Send one mail while the reader of the page waits.

    Raises MailNotSentError when the mail server can't take it.
    """
    body = render_template(template, user=user, **context)
    try:
        EmailMessage(subject, body, to=[user.email]).send()
    except (OSError, smtplib.SMTPException) as error:
        raise MailNotSentError(subject) from error


def send_confirmation(user: User) -> None:
    """Mail the link that proves the address."""
    link = external_url("confirm", token=make_token("confirm", user))
    send_mail(user, "Confirm your address", "mail_confirm.txt", link=link)


def add_notification(user: User, text: str, link: str | None = None) -> None:
    """Put a line into a person's inbox; the caller commits."""
    db.session.add(Notification(user_id=user.id, text=text, link=link))


def mail_notification(user: User, subject: str, template: str, **context: Any) -> None:
    """Send a notification's mail, if the person wants such mails.

    What it tells stands on the site already, so trouble is logged and no more.
    """
    if not user.mail_notifications:
        return
    try:
        send_mail(user, subject, template, **context)
    except MailNotSentError:
        current_app.logger.exception("A notification was not mailed: %s", subject)


# ------------------------------------------------------------------- posts

markdown = MarkdownIt("js-default")


def render_markdown(source: str) -> str:
    """Render Markdown as HTML; HTML in the source is shown, not obeyed."""
    return markdown.render(source)


def make_excerpt(body_html: str, length: int = 200) -> str:
    """Return the beginning of a text, without its markup."""
    text = " ".join(html.unescape(re.sub(r"<[^>]*>", "", body_html)).split())
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0] + "…"


# --------------------------------------------------------- dates and money


def day_tag(moment: datetime | date) -> Markup:
    """Show a date, and say it to machines: the template filter ``day``."""
    return Markup('<time datetime="{}">{}</time>').format(
        moment.isoformat(), day_text(moment)
    )


def day_text(moment: datetime | date) -> str:
    """Return a date as people read it, such as ``22 Nov 2026``."""
    return f"{moment.day} {calendar.month_abbr[moment.month]} {moment.year}"


def euro(cents: int) -> str:
    """Show cents as euros: the template filter ``euro``."""
    return f"€{cents / 100:,.2f}"


def add_month(moment: datetime) -> datetime:
    """Return the same day next month, or that month's last day."""
    year, month = moment.year + moment.month // 12, moment.month % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)


# -------------------------------------------------------------- pagination


@dataclass
class Page:
    """One page of a list, with links to its neighbours."""

    items: Sequence[Any]
    previous_url: str | None
    next_url: str | None


def page_number() -> int:
    """Return the page asked for in the URL; 400 when it is not a number."""
    text = request.args.get("page", "1")
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < 1:
        abort(400)
    return int(text)


def paginate(statement: Select[Any], size: int = PAGE_SIZE) -> Page:
    """Run a statement for the page asked for in the URL."""
    number = page_number()
    # One more than we show tells whether there is a next page.
    window = statement.limit(size + 1).offset((number - 1) * size)
    items = db.session.scalars(window).all()
    return Page(
        items=items[:size],
        previous_url=page_url(number - 1) if number > 1 else None,
        next_url=page_url(number + 1) if len(items) > size else None,
    )


def page_url(number: int) -> str:
    """Return this page's address with another number."""
    return "?" + urlencode({**request.args.to_dict(), "page": number})


# ------------------------------------------------------------------ charts


@dataclass
class Point:
    """One day of a chart."""

    day: date
    value: int
    shown: str


@dataclass
class Series:
    """A chart: a value for each day, the oldest first."""

    name: str
    title: str
    points: list[Point]
    shown_total: str

    @property
    def top(self) -> int:
        """The highest value, which sets the scale."""
        return max(point.value for point in self.points)


def daily_series(
    name: str,
    title: str,
    days: int,
    value_between: Callable[[datetime, datetime], int],
    show: Callable[[int], str] = str,
) -> Series:
    """Ask for the value of each of the last days, today included."""
    today = datetime.combine(utcnow().date(), time(), UTC)
    starts = [today - timedelta(days=age) for age in reversed(range(days))]
    values = [value_between(start, start + timedelta(days=1)) for start in starts]
    return Series(
        name=name,
        title=title,
        points=[
            Point(start.date(), value, show(value))
            for start, value in zip(starts, values, strict=True)
        ],
        shown_total=show(sum(values)),
    )


# ---------------------------------------------------------------- payments


class PaymentProvider(Protocol):
    """What we need from whoever takes the money."""

    def create_checkout(self, checkout: Checkout) -> str:
        """Open a payment and return the URL of the page that takes it."""


class SandboxProvider:
    """A payment provider that moves no money; its pay page is one of ours.

    In production it is off, whichever provider is used: its page gives Pro away. The
    setting PAYMENT_SANDBOX turns it on.
    """

    def create_checkout(self, checkout: Checkout) -> str:
        """Return the sandbox's own pay page; 503 while it is off."""
        if not current_app.config["PAYMENT_SANDBOX"]:
            abort(503)
        return url_for("checkout", reference=checkout.reference)

    def signed_result(
        self, checkout: Checkout, outcome: str
    ) -> tuple[bytes, dict[str, str]]:
        """Return the webhook's body and headers that tell how a payment ended."""
        data: dict[str, Any] = {"reference": checkout.reference}
        if outcome == "paid":
            data["amount"] = checkout.amount
        body = json.dumps({"type": f"checkout.{outcome}", "data": data})
        message_id, now = f"sandbox_{checkout.reference}_{outcome}", utcnow()
        webhook = Webhook(current_app.config["WEBHOOK_SECRET"])
        return body.encode(), {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": webhook.sign(message_id, now, body),
        }


# -------------------------------------------------------------- decorators


def admin_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let only admins in: members get 403, strangers the log-in page."""

    @login_required
    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_admin:
            abort(403)
        return view(*args, **kwargs)

    return guarded
