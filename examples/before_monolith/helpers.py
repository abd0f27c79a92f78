"""Functions and classes that several views share."""

import calendar
import functools
import html
import json
import logging
import re
import secrets
import smtplib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, NoReturn, Protocol
from urllib.parse import urlencode

import click
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from email_validator import EmailNotValidError, validate_email
from flask import (
    Response,
    abort,
    after_this_request,
    current_app,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user, login_required, login_user
from flask_mailman import EmailMessage
from itsdangerous import BadData, URLSafeTimedSerializer
from limits import parse_many
from markdown_it import MarkdownIt
from markupsafe import Markup
from sqlalchemy import Select, delete, func, make_url, select, update
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import joinedload
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from models import (
    Checkout,
    LoginSession,
    Notification,
    Post,
    SecurityEvent,
    User,
    db,
    utcnow,
)

APP_NAME = "Inkwell"
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


def exit_with_error(message: str) -> NoReturn:
    """Print a one-line error about the settings and exit with code 2."""
    click.echo(f"Error: {message}", err=True)
    raise SystemExit(2)


def read_settings(environ: Mapping[str, str], instance_path: str) -> dict[str, Any]:
    """Return Flask's configuration, read from environment variables.

    Exits with code 2 if a setting is invalid.
    """
    env = environ.get("APP_ENV") or "development"
    if env not in {"development", "testing", "production"}:
        exit_with_error(f"APP_ENV is {env!r}. Use development, testing or production.")
    secret_key = environ.get("SECRET_KEY") or DEV_SECRET_KEY
    webhook_secret = environ.get("WEBHOOK_SECRET") or DEV_WEBHOOK_SECRET
    database_url = environ.get("DATABASE_URL") or ""
    if env == "production":
        require_secret("SECRET_KEY", secret_key, DEV_SECRET_KEY)
        require_secret("WEBHOOK_SECRET", webhook_secret, DEV_WEBHOOK_SECRET)
        if not database_url:
            exit_with_error("DATABASE_URL is missing. Set it to your database's URL.")
        if not environ.get("BASE_URL"):
            exit_with_error("BASE_URL is missing. Set it to the address of the site.")
    return {
        "APP_ENV": env,
        "APP_NAME": APP_NAME,
        "SECRET_KEY": secret_key,
        "SECRET_KEY_FALLBACKS": [
            key.strip()
            for key in (environ.get("SECRET_KEY_FALLBACKS") or "").split(",")
            if key.strip()
        ],
        "SECURITY_CONTACT": environ.get("SECURITY_CONTACT") or "",
        "WEBHOOK_SECRET": checked_webhook_secret(webhook_secret),
        "SQLALCHEMY_DATABASE_URI": checked_database_url(
            database_url or "sqlite:///app.db"
        ),
        "PAYMENT_SANDBOX": env != "production"
        or checked_boolean(
            "PAYMENT_SANDBOX", environ.get("PAYMENT_SANDBOX") or "false"
        ),
        "PUBLIC_PAGE_SECONDS": checked_seconds(
            "PUBLIC_PAGE_SECONDS", environ.get("PUBLIC_PAGE_SECONDS") or "0"
        ),
        "BASE_URL": checked_base_url(environ.get("BASE_URL") or ""),
        "MAIL_BACKEND": checked_mail_backend(environ.get("MAIL_BACKEND") or "console"),
        "MAIL_FILE_PATH": environ.get("MAIL_FILE_PATH")
        or str(Path(instance_path) / "mail"),
        "MAIL_SERVER": environ.get("MAIL_SERVER") or "localhost",
        "MAIL_PORT": checked_port("MAIL_PORT", environ.get("MAIL_PORT") or "25"),
        "MAIL_USERNAME": environ.get("MAIL_USERNAME"),
        "MAIL_PASSWORD": environ.get("MAIL_PASSWORD"),
        "MAIL_USE_TLS": checked_boolean(
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
    """Exit if a secret is the public development value or too short."""
    if value == development_value:
        exit_with_error(f"{name} is missing. Set it to a long random value.")
    if len(value) < 32:
        exit_with_error(f"{name} is too short. Use at least 32 characters.")


def checked_webhook_secret(secret: str) -> str:
    """Return the webhook secret; exit if it is not valid for Standard Webhooks."""
    try:
        Webhook(secret)
    except (ValueError, EmptyWebhookSecretError):
        exit_with_error("WEBHOOK_SECRET is not whsec_ followed by base64 text.")
    return secret


def checked_database_url(text: str) -> str:
    """Return the URL of SQLite or PostgreSQL, with the PostgreSQL driver.

    Exits if the URL is invalid or names another database.
    """
    text = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", text)
    try:
        backend = make_url(text).get_backend_name()
    except (ArgumentError, ValueError):
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        exit_with_error(
            "DATABASE_URL is not a URL such as sqlite:///app.db or"
            " postgresql://user:password@host/name."
        )
    return text


def checked_base_url(text: str) -> str:
    """Return the base URL without a trailing slash; exit if it is invalid."""
    if text and not re.fullmatch(r"https?://[^/\s?#]+(/[^\s?#]*)?", text):
        exit_with_error("BASE_URL is not a URL such as https://inkwell.example.")
    return text.rstrip("/")


def checked_mail_backend(name: str) -> str:
    """Return the name of the mail backend; exit if it is unknown."""
    if name not in MAIL_BACKENDS:
        exit_with_error(
            f"MAIL_BACKEND is {name!r}. Use one of {', '.join(MAIL_BACKENDS)}."
        )
    return name


def checked_port(name: str, text: str) -> int:
    """Return a TCP port number; exit if it is invalid."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        exit_with_error(f"{name} is {text!r}. Use a number from 1 to 65535.")
    return int(text)


def checked_seconds(name: str, text: str) -> int:
    """Return a number of seconds; exit if it is invalid."""
    if not re.fullmatch(r"[0-9]{1,5}", text):
        exit_with_error(f"{name} is {text!r}. Use a whole number of seconds.")
    return int(text)


def checked_boolean(name: str, text: str) -> bool:
    """Return a boolean; exit if the text is not a common spelling of one."""
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    exit_with_error(f"{name} is {text!r}. Use true or false.")


def checked_limit(name: str, environ: Mapping[str, str], default: str) -> str:
    """Return a rate limit such as ``5 per minute``; exit if it is invalid."""
    text = environ.get(name) or default
    try:
        parse_many(text)
    except ValueError:
        exit_with_error(f"{name} is {text!r}. Use a rate such as {default!r}.")
    return text


# ------------------------------------------------- addresses and passwords


def validated_email(text: str) -> str:
    """Return a normalized email address.

    Raises ValueError if the address is invalid.
    """
    text = text.strip()
    if len(text) > MAX_EMAIL_LENGTH:  # normalizing takes quadratic time
        raise EmailNotValidError("The address is too long.")
    # Mail to "test" domains can't be delivered, which is harmless.
    address = validate_email(text, check_deliverability=False, test_environment=True)
    return address.normalized.lower()


def normalize_email(text: str) -> str:
    """Return any input in the form in which email addresses are compared.

    The length is bounded, so that the result can be the key of a rate limit.
    """
    text = text.strip()[:MAX_EMAIL_LENGTH]
    try:
        return validated_email(text)
    except EmailNotValidError:
        return unicodedata.normalize("NFC", text).lower()


# OWASP's minimum for argon2id: 19 MiB of memory, two iterations, one thread.
password_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


@functools.cache
def dummy_hash() -> str:
    """Return the hash of a random password, to verify against for unknown users."""
    return password_hasher.hash(secrets.token_hex())


def verify_password(user: User | None, password: str) -> bool:
    """Return whether a password is correct; takes equally long for unknown users."""
    try:
        password_hasher.verify(user.password_hash if user else dummy_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return user is not None


def set_password(user: User, password: str) -> None:
    """Set a password; end all sessions and invalidate the links in mails."""
    user.password_hash = password_hasher.hash(password)
    revoke_access(user)


def new_stamp() -> str:
    """Return a new random security stamp."""
    return secrets.token_hex(16)


# ---------------------------------------------------------------- sessions

MAX_SESSIONS = 20  # of one user; a further login ends the one that was idle longest
LAST_SEEN_PRECISION = timedelta(minutes=5)  # saves a write per page


def start_session(user: User, remember: bool) -> None:
    """Log a user in with this browser. Each login is a row, so that it can be ended."""
    user.session_token = secrets.token_urlsafe(32)
    db.session.add(
        LoginSession(
            token_hash=hash_token(user.session_token),
            user_id=user.id,
            remembered=remember,
            user_agent=request.user_agent.string[:200],
        )
    )
    newest_first = sorted(
        user.login_sessions, key=lambda login: login.last_seen_at, reverse=True
    )
    for number, login in enumerate(newest_first, start=1):
        if login.is_over or number > MAX_SESSIONS:
            db.session.delete(login)
    record_security_event("login", user)
    db.session.commit()
    login_user(user, remember=remember)


def find_session(token: str) -> LoginSession | None:
    """Return the session of a token with its user; None if it has ended."""
    login = db.session.scalar(
        select(LoginSession)
        .where(LoginSession.token_hash == hash_token(token))
        .options(joinedload(LoginSession.user))
    )
    return None if login is None or login.is_over else login


def end_other_sessions_of(user: User) -> None:
    """End all sessions of a user but the current one; the caller commits."""
    db.session.execute(
        delete(LoginSession).where(
            LoginSession.user_id == user.id,
            LoginSession.token_hash != hash_token(user.session_token),
        )
    )


def revoke_access(user: User) -> None:
    """Invalidate the links in mails, and end all sessions; the caller commits."""
    user.security_stamp = new_stamp()
    if user.id:  # a new user has no sessions
        db.session.execute(delete(LoginSession).where(LoginSession.user_id == user.id))


def lock(row: User | Post) -> bool:
    """Lock a row until the commit, and read it again; return whether it still exists.

    An update that changes nothing locks the row on PostgreSQL, and the database on
    SQLite.
    """
    model = type(row)
    same = update(model).where(model.id == row.id).values(id=model.id)
    found = db.session.scalar(
        same.returning(model.id), execution_options={"synchronize_session": False}
    )
    if found:
        db.session.refresh(row)
    return found is not None


SECURITY_LOG_RETENTION = timedelta(days=180)


def record_security_event(kind: str, user: User | None) -> None:
    """Add an entry to the security log; the caller commits."""
    db.session.add(
        SecurityEvent(
            kind=kind,
            user_id=user.id if user else None,
            actor_id=current_user.id if current_user.is_authenticated else None,
            address=request.remote_addr or "",
            user_agent=request.user_agent.string[:200],
        )
    )
    is_old = SecurityEvent.created_at < utcnow() - SECURITY_LOG_RETENTION
    db.session.execute(delete(SecurityEvent).where(is_old))


def report_new_password(user: User) -> None:
    """Log the change of a password, and mail the user; the caller has committed."""
    record_security_event("password changed", user)
    db.session.commit()
    link = external_url("request_reset")
    send_mail_later(
        user, "Your password was changed", "mail_password_changed.txt", reset_link=link
    )


def hash_token(token: str) -> str:
    """Return what is stored of a session's token."""
    return sha256(token.encode()).hexdigest()


# ------------------------------------------------------------------ tokens


def token_serializer(purpose: str) -> URLSafeTimedSerializer:
    """Return the serializer of the links for one purpose.

    With SECRET_KEY_FALLBACKS, links that an earlier key signed work, too.
    """
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.secret_key]
    return URLSafeTimedSerializer(keys, salt=purpose)


def make_token(purpose: str, user: User) -> str:
    """Return a signed token for one purpose, valid for the current security stamp."""
    return token_serializer(purpose).dumps([user.id, user.security_stamp])


def user_from_token(purpose: str, token: str, max_age: int) -> User | None:
    """Return the user of a token; None if the token is invalid or expired."""
    try:
        user_id, stamp = token_serializer(purpose).loads(token, max_age=max_age)
    except BadData:
        return None
    user = db.session.get(User, user_id)
    return user if user and user.security_stamp == stamp else None


def use_link(user: User) -> bool:
    """Lock the user of a link; return whether no parallel request has used the link."""
    stamp = user.security_stamp
    return lock(user) and user.security_stamp == stamp


class OneLineFormatter(logging.Formatter):
    """Escape control characters, so that user input can't forge lines of the log."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line of a record; its traceback follows unchanged."""
        record.message = "".join(
            each if each.isprintable() else each.encode("unicode_escape").decode()
            for each in record.message
        )
        return super().formatMessage(record)


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that listens on a host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.startswith("unix:")


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
    """Return the redirect target after a login; None if it is on another site."""
    if not target or not re.fullmatch(r"/(?!/)[^\\\x00-\x1f\x7f]*", target):
        return None
    return target


def external_url(endpoint: str, **values: Any) -> str:
    """Return an absolute URL, for mails and feeds."""
    if base_url := current_app.config["BASE_URL"]:
        return base_url + url_for(endpoint, **values)
    return url_for(endpoint, _external=True, **values)


# ------------------------------------------------- mails and notifications


# One thread, started with the first mail, after a server's forks.
mail_thread = ThreadPoolExecutor(1, "mail")


class MailNotSentError(Exception):
    """The mail server refused the mail or did not respond."""


def send_mail(user: User, subject: str, template: str, **context: Any) -> None:
    """Send a mail synchronously, during the request.

    Raises MailNotSentError if the mail server does not accept it.
    """
    body = render_template(template, user=user, **context)
    deliver(EmailMessage(subject, body, to=[user.email]))


def deliver(message: EmailMessage) -> None:
    """Hand a mail to the mail server.

    Raises MailNotSentError if the mail server does not accept it.
    """
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        raise MailNotSentError(message.subject) from error


def send_mail_later(user: User, subject: str, template: str, **context: Any) -> None:
    """Send a mail after the response, whose time must not reveal who has an account."""
    app = current_app._get_current_object()
    body = render_template(template, user=user, **context)
    message = EmailMessage(subject, body, to=[user.email])

    def send() -> None:
        with app.app_context():
            try:
                deliver(message)
            except MailNotSentError:
                app.logger.exception("A mail was not sent: %s", subject)

    # Not before: the thread would compete with this request for the processor.
    @after_this_request
    def submit(response: Response) -> Response:
        response.call_on_close(lambda: mail_thread.submit(send))
        return response


def send_confirmation(user: User, send: Callable[..., None] = send_mail) -> None:
    """Send the link that confirms the user's email address."""
    link = external_url("confirm", token=make_token("confirm", user))
    send(user, "Confirm your email address", "mail_confirm.txt", link=link)


def add_notification(user: User, text: str, link: str | None = None) -> None:
    """Add a notification to the session; the caller commits."""
    db.session.add(Notification(user_id=user.id, text=text, link=link))


def mail_notification(user: User, subject: str, template: str, **context: Any) -> None:
    """Send a notification by mail, if the user has enabled this.

    The site shows the notification as well, so failures are only logged.
    """
    if not user.mail_notifications:
        return
    try:
        send_mail(user, subject, template, **context)
    except MailNotSentError:
        current_app.logger.exception("A notification was not mailed: %s", subject)


# ------------------------------------------------------------------- menus


@dataclass
class MenuEntry:
    """An entry of a menu; one with the method "post" is a button in a form."""

    label: str
    endpoint: str
    icon: str = "circle"
    audience: str = "everyone"
    method: str = "get"

    @property
    def href(self) -> str:
        """Return the URL of the entry's page."""
        return menu_url(self.endpoint, request.script_root)


@functools.cache
def menu_url(endpoint: str, root: str) -> str:
    """Return the URL of a menu entry; building it anew takes time on every page."""
    return url_for(endpoint)


MENUS = {
    "main": [
        MenuEntry("Dashboard", "dashboard", "layout-dashboard", "member"),
        MenuEntry("Blog", "blog", "newspaper"),
        MenuEntry("Write", "new_post", "square-pen", "member"),
        MenuEntry("My posts", "my_posts", "file-text", "member"),
        MenuEntry("Notifications", "notifications", "bell", "member"),
        MenuEntry("Plans", "plans", "tag"),
        MenuEntry("Admin", "admin", "shield", "admin"),
    ],
    "user": [
        MenuEntry("Log in", "login", audience="anonymous"),
        MenuEntry("Sign up", "register", audience="anonymous"),
        MenuEntry("Account", "account", "user-round", "member"),
        MenuEntry("Log out", "logout", "log-out", "member", method="post"),
    ],
    "account": [
        MenuEntry("Your sessions", "list_sessions", "monitor-smartphone"),
        MenuEntry("Change your password", "change_password", "key-round"),
        MenuEntry("Download your data", "export_account", "download"),
        MenuEntry("Your subscription", "billing", "receipt-text"),
        MenuEntry(
            "Notification settings", "notification_preferences", "sliders-horizontal"
        ),
    ],
}


def navigation(user: Any, menu: str = "main") -> list[MenuEntry]:
    """Return the entries of a menu for a user; None is an anonymous user."""
    shown = {"everyone", "anonymous"}
    if user and user.is_authenticated:
        shown = {"everyone", "member", "admin" if user.is_admin else "member"}
    return [entry for entry in MENUS[menu] if entry.audience in shown]


def current_entry(user: Any) -> str:
    """Return the URL of the menu entry that the requested page belongs to, or ""."""
    entries = navigation(user) + navigation(user, "user")
    urls = [entry.href for entry in entries if request.path.startswith(entry.href)]
    return max(urls, key=len, default="")


def menu_badges(user: User) -> dict[str, int]:
    """Return the numbers to show beside menu entries, by endpoint."""
    unread = select(func.count(Notification.id)).where(
        Notification.user_id == user.id, Notification.read_at.is_(None)
    )
    return {"notifications": db.session.scalars(unread).one()}


# ------------------------------------------------------------------- posts

markdown = MarkdownIt("js-default")
# What makes the parser slow, or its output many times longer than the source.
MAX_BRACKETS = 1_000
MAX_CELLS = 10_000
MAX_HTML = 200_000  # characters


class TooComplexError(ValueError):
    """A text takes too long to render, or becomes too long."""


def render_markdown(source: str) -> str:
    """Render Markdown as HTML; HTML in the source is escaped.

    Raises TooComplexError for brackets, tables or references without end.
    """
    pipes = [line.count("|") for line in source.splitlines() if "|" in line]
    cells = len(pipes) * max(pipes, default=0)
    if source.count("[") > MAX_BRACKETS or cells > MAX_CELLS:
        raise TooComplexError
    rendered = markdown.render(source)
    if len(rendered) > MAX_HTML:
        raise TooComplexError
    return rendered


def make_excerpt(body_html: str, length: int = 200) -> str:
    """Return the beginning of an HTML text as plain text."""
    text = " ".join(html.unescape(re.sub(r"<[^>]*>", "", body_html)).split())
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0] + "…"


# --------------------------------------------------------- dates and money


@functools.lru_cache(1000)
def time_element(moment: datetime | date) -> Markup:
    """Return a date as an HTML ``time`` element: the template filter ``day``."""
    return Markup('<time datetime="{}">{}</time>').format(
        moment.isoformat(), format_date(moment)
    )


def icon(name: str) -> Markup:
    """Return an icon of static/vendor/lucide.svg, which screen readers skip."""
    return icon_element(request.script_root, name)


@functools.cache
def icon_element(root: str, name: str) -> Markup:
    """Return an icon of the app that is mounted at a path."""
    return Markup(
        '<svg class="icon" aria-hidden="true">'
        '<use href="{}/static/vendor/lucide.svg#{}"/></svg>'
    ).format(root, name)


def format_date(moment: datetime | date) -> str:
    """Format a date, such as ``22 Nov 2026``."""
    return f"{moment.day} {calendar.month_abbr[moment.month]} {moment.year}"


def euro(cents: int) -> str:
    """Format cents as euros: the template filter ``euro``."""
    return f"€{cents / 100:,.2f}"


def add_month(moment: datetime) -> datetime:
    """Return the same day of the next month, or its last day."""
    year, month = moment.year + moment.month // 12, moment.month % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)


# -------------------------------------------------------------- pagination


@dataclass
class Page:
    """A page of a list, with links to the previous and the next page."""

    items: Sequence[Any]
    previous_url: str | None
    next_url: str | None


def page_number() -> int:
    """Return the page number from the URL; 400 if it is not a positive number."""
    text = request.args.get("page", "1")
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < 1:
        abort(400)
    return int(text)


def paginate(statement: Select[Any], size: int = PAGE_SIZE) -> Page:
    """Run a statement for the page number in the URL.

    Unlike `db.paginate()`, this does not count all rows.
    """
    number = page_number()
    # One extra row shows whether there is a next page.
    window = statement.limit(size + 1).offset((number - 1) * size)
    items = db.session.scalars(window).all()
    return Page(
        items=items[:size],
        previous_url=page_url(number - 1) if number > 1 else None,
        next_url=page_url(number + 1) if len(items) > size else None,
    )


def page_url(number: int) -> str:
    """Return the current URL's query string with another page number."""
    return "?" + urlencode({**request.args.to_dict(), "page": number})


# ------------------------------------------------------------------ charts


@dataclass
class Point:
    """A day of a chart."""

    day: date
    value: int
    shown: str


@dataclass
class Series:
    """A chart: one value per day, the oldest first."""

    name: str
    title: str
    points: list[Point]
    shown_total: str
    scale_top: int
    scale_labels: list[str]


def daily_series(
    name: str,
    title: str,
    days: int,
    value_between: Callable[[datetime, datetime], int],
    show: Callable[[int], str] = str,
) -> Series:
    """Return a chart of the last days, today included, with one query per day."""
    today = datetime.combine(utcnow().date(), time(), UTC)
    starts = [today - timedelta(days=age) for age in reversed(range(days))]
    values = [value_between(start, start + timedelta(days=1)) for start in starts]
    top = scale_top(max(values))
    return Series(
        name=name,
        title=title,
        points=[
            Point(start.date(), value, show(value))
            for start, value in zip(starts, values, strict=True)
        ],
        shown_total=show(sum(values)),
        scale_top=top,
        scale_labels=[show(value) for value in (top, top // 2, 0)],
    )


def scale_top(highest: int) -> int:
    """Return the top of a scale: an even, round number that is not below a value."""
    unit = 10 ** (len(str(max(highest, 2))) - 1)
    return next(
        top
        for top in (unit * step // 2 for step in (2, 4, 8, 12, 16, 20))
        if top >= highest and top % 2 == 0
    )


# ---------------------------------------------------------------- payments


class PaymentProvider(Protocol):
    """The interface of a payment provider."""

    def create_checkout(self, checkout: Checkout) -> str:
        """Start a payment and return the URL of its payment page."""


class SandboxProvider:
    """A fake payment provider; its payment page is part of this app.

    Production disables it, because its page gives Pro away. PAYMENT_SANDBOX enables it.
    """

    def create_checkout(self, checkout: Checkout) -> str:
        """Return the URL of the fake payment page; 503 where it is disabled."""
        if not current_app.config["PAYMENT_SANDBOX"]:
            abort(503)
        return url_for("checkout", reference=checkout.reference)

    def signed_result(
        self, checkout: Checkout, outcome: str
    ) -> tuple[bytes, dict[str, str]]:
        """Return the body and headers of the webhook for a payment's outcome."""
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
    """Restrict a view to admins: 403 for members, login page for anonymous users."""

    @login_required
    @functools.wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_admin:
            abort(403)
        return view(*args, **kwargs)

    return wrapper


def public_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let caches between the app and anonymous users keep the page of a view.

    A cache may use it for PUBLIC_PAGE_SECONDS, and for as long again while it fetches a
    new one. A page for a user with a session is not marked as cacheable.
    """

    @functools.wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        after_this_request(allow_caching)
        return view(*args, **kwargs)

    return wrapper


def allow_caching(response: Response) -> Response:
    """Mark a response as cacheable unless it depends on a session."""
    seconds = current_app.config["PUBLIC_PAGE_SECONDS"]
    # A page that shows the messages of a session leaves it modified and empty.
    has_session = bool(session) or session.modified
    if seconds and response.status_code == 200 and not has_session:
        response.headers["Cache-Control"] = (
            f"public, max-age=0, s-maxage={seconds}, stale-while-revalidate={seconds}"
        )
        response.add_etag()
        response.make_conditional(request)
    return response
