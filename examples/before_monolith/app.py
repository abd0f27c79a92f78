"""Inkwell, a paid publishing app: the application, all views and all commands."""

import json
import math
import os
import platform
import re
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import click
import sqlalchemy as sa
from alembic import command
from alembic.migration import MigrationContext
from alembic.util import CommandError
from feedgenerator import Atom1Feed
from flask import (
    Flask,
    Response,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    stream_with_context,
    url_for,
)
from flask.logging import default_handler
from flask_limiter import Limiter, RateLimitExceeded
from flask_login import (
    LoginManager,
    current_user,
    login_required,
    logout_user,
)
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_sqlalchemy.model import Model
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import defer, joinedload
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.wrappers import Response as BaseResponse

from data_view import DataView
from demo_text import write_post
from demo_users import ADMIN, PASSWORD, DemoUser, demo_users
from forms import (
    AccountForm,
    ChangePasswordForm,
    DeleteAccountForm,
    EmailForm,
    LoginForm,
    NewPasswordForm,
    NewPostForm,
    PostForm,
    PreferencesForm,
    RegisterForm,
    SubscribeForm,
)
from helpers import (
    ADMIN_PAGE_SIZE,
    CONFIRM_SECONDS,
    DEV_SECRET_KEY,
    FREE_POSTS,
    LAST_SEEN_PRECISION,
    PRO_PRICE,
    RESET_SECONDS,
    MailNotSentError,
    OneLineFormatter,
    PaymentProvider,
    SandboxProvider,
    add_month,
    add_notification,
    admin_required,
    client_address,
    current_entry,
    daily_series,
    end_other_sessions_of,
    euro,
    exit_with_error,
    external_url,
    find_session,
    format_date,
    icon,
    is_loopback,
    lock,
    mail_notification,
    make_excerpt,
    make_token,
    menu_badges,
    navigation,
    new_stamp,
    normalize_email,
    paginate,
    password_hasher,
    public_page,
    read_settings,
    record_security_event,
    render_markdown,
    report_new_password,
    revoke_access,
    safe_next,
    send_confirmation,
    send_mail,
    send_mail_later,
    set_password,
    start_session,
    time_element,
    use_link,
    user_from_token,
    validated_email,
    verify_password,
)
from models import (
    Checkout,
    Invoice,
    LoginSession,
    Notification,
    Post,
    SecurityEvent,
    Subscription,
    User,
    WebhookReceipt,
    db,
    utcnow,
)

Row = TypeVar("Row", Checkout, Subscription, User)
# PostgreSQL refuses to be asked for text with a NUL.
REFERENCE = re.compile(r"[\w-]{1,64}", re.ASCII)
View = str | BaseResponse | tuple[str, int] | tuple[dict[str, str], int]

# ======================================================= the application

app = Flask(__name__)
default_handler.setFormatter(
    OneLineFormatter("[%(asctime)s] %(levelname)s in %(module)s: %(message)s")
)
app.config.from_mapping(read_settings(os.environ, app.instance_path))
app.jinja_env.trim_blocks = True
app.jinja_env.lstrip_blocks = True
app.jinja_env.filters.update(day=time_element, euro=euro, plain_day=format_date)
app.jinja_env.globals.update(
    icon=icon,
    navigation=navigation,
    current_entry=current_entry,
    menu_badges=menu_badges,
)


class IdConverter(IntegerConverter):
    """Convert an id in a URL; 404 if it exceeds the range of an integer column."""

    def __init__(self, url_map: Any) -> None:
        super().__init__(url_map, min=1, max=2**31 - 1)


app.url_map.converters["id"] = IdConverter

try:
    db.init_app(app)
except (OSError, ImportError) as error:
    exit_with_error(f"DATABASE_URL can't be used: {error}.")
migrate = Migrate(app, db, directory=Path(app.root_path) / "migrations")
csrf = CSRFProtect(app)
mail = Mail(app)
login_manager = LoginManager()
# Flask-Login's context processor loads the user for every template, even on the error
# pages for a database outage. A Jinja global loads the user only when it is used.
login_manager.init_app(app, add_context_processor=False)
app.jinja_env.globals["current_user"] = current_user
limiter = Limiter(
    client_address, app=app, storage_uri="memory://", headers_enabled=True
)
payment_provider: PaymentProvider = SandboxProvider()
sandbox = SandboxProvider()
if app.config["APP_ENV"] == "production":
    if app.config["PAYMENT_SANDBOX"]:
        app.logger.warning(
            "PAYMENT_SANDBOX is on in production: members get Pro without paying."
        )
    elif isinstance(payment_provider, SandboxProvider):
        app.logger.warning(
            "Production has no payment provider, so members can't subscribe. Set"
            " payment_provider in app.py, or PAYMENT_SANDBOX=1 to try the site."
        )

MAX_FEED_CONTENT = 50_000  # characters of a post
DATABASE_ERRORS = (OperationalError, ProgrammingError, InterfaceError, PoolTimeout)

# The statistics that all dashboards share, cached for a minute; see get_stats().
stats_cache: dict[str, Any] = {}


@login_manager.user_loader
def load_user(token: str) -> User | None:
    """Load the user of a session; None if the session has ended."""
    login = find_session(token)
    if login is None or not login.user.active:
        return None
    if utcnow() - login.last_seen_at > LAST_SEEN_PRECISION:
        login.last_seen_at = utcnow()
        db.session.commit()
    login.user.session_token = token
    return login.user


@login_manager.unauthorized_handler
def redirect_to_login() -> BaseResponse:
    """Redirect an anonymous user to the login page, and back after the login."""
    flash("Please log in to continue.", "info")
    if request.method != "GET":
        return redirect(url_for("login"))  # a POST can't be repeated after the login
    target = request.full_path if request.query_string else request.path
    return redirect(url_for("login", next=target))


def me() -> User:
    """Return the logged-in user itself instead of Flask-Login's proxy."""
    return cast(User, current_user._get_current_object())


# ================================================================= hosts

# Load balancers ask an instance by its own address.
MACHINE_PATHS = {"/healthz", "/readyz"}


@app.before_request
def refuse_published_key() -> Response | None:
    """Answer 503 on a server that others can reach, while the key is a published one.

    Only the development server on a loopback address may use it.
    """
    server = request.environ.get("SERVER_SOFTWARE", "")
    if app.config["APP_ENV"] != "development" or not server:
        return None
    if app.config["SECRET_KEY"] != DEV_SECRET_KEY or (
        server.startswith("Werkzeug/") and is_loopback(request.environ["SERVER_NAME"])
    ):
        return None
    advice = "Set SECRET_KEY, and APP_ENV=production, to serve this app to others."
    return error_page(503, advice=advice)


@app.before_request
def refuse_other_hosts() -> None:
    """Answer 400 to a Host other than that of BASE_URL.

    Flask's own TRUSTED_HOSTS would refuse the load balancers, too.
    """
    host = urlsplit(app.config["BASE_URL"]).hostname
    if not host or request.path in MACHINE_PATHS:
        return
    if not host_is_trusted(request.host.lower(), [host]):
        abort(400)


# =============================================================== headers

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
TOKEN_ENDPOINTS = {"confirm", "reset_password"}


@app.after_request
def set_headers(response: Response) -> Response:
    """Set security headers, and disable caching for logged-in users."""
    headers = response.headers
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = (
        "no-referrer" if request.endpoint in TOKEN_ENDPOINTS else "same-origin"
    )
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static" and "_user_id" in session:
        headers["Cache-Control"] = "no-store"
    return response


# ================================================================ errors

ERRORS = {
    400: ("Bad request", "Go back and try again."),
    403: ("Access denied", "You don't have permission to view this page."),
    404: ("Page not found", "The page may have moved, or the address is wrong."),
    405: ("Method not allowed", "Use the links and buttons on our pages."),
    413: ("Request too large", "The limit is 1 MB."),
    422: ("We couldn't process that form", "Go back, check your input and try again."),
    429: ("Too many attempts", "Please try again later."),
    500: ("Something went wrong on our side", "The error has been logged."),
    503: ("Temporarily unavailable", "Please try again in a moment."),
}


def error_page(status: int, sentence: str = "", advice: str = "") -> Response:
    """Render the error page for an HTTP status."""
    default_sentence, default_advice = ERRORS.get(status, ERRORS[400])
    page = render_template(
        "error.html",
        plain=status >= 500,
        title=sentence or default_sentence,
        message=advice or default_advice,
    )
    return Response(page, status=status)


@app.errorhandler(HTTPException)
def handle_http_error(error: HTTPException) -> Response | HTTPException:
    """Render an HTTP error with our error page and its original status."""
    if error.code is None or error.code < 400:
        return error  # a redirect, such as the one that adds a slash
    response = error_page(error.code)
    if allowed := error.get_response().headers.get("Allow"):
        response.headers["Allow"] = allowed
    return response


@app.errorhandler(CSRFError)
def handle_csrf_error(error: CSRFError) -> Response:
    """Render the error page for a missing or expired CSRF token."""
    return error_page(
        400, "This form has expired", "Go back, reload the page and try again."
    )


@app.errorhandler(RateLimitExceeded)
def handle_rate_limit(error: RateLimitExceeded) -> Response:
    """Answer 429, and say when the next attempt is allowed."""
    limit = limiter.current_limit
    assert limit is not None  # the one that was exceeded
    return error_page(429, advice=f"Try again in {wait_text(limit.reset_at)}.")


def wait_text(until: float) -> str:
    """Return how long it is until a timestamp, such as ``42 seconds``."""
    seconds = max(2, math.ceil(until - time.time()))  # never "1 seconds"
    if seconds < 120:
        return f"{seconds} seconds"
    return f"{round(seconds / 60)} minutes"


@app.errorhandler(MailNotSentError)
def handle_mail_error(error: MailNotSentError) -> Response:
    """Respond with 503 when a required mail could not be sent."""
    app.logger.exception("A mail was not sent: %s", error)
    return error_page(
        503, advice="We couldn't send the email. Please try again in a few minutes."
    )


@app.errorhandler(OperationalError)
@app.errorhandler(ProgrammingError)
@app.errorhandler(InterfaceError)
@app.errorhandler(PoolTimeout)
def handle_database_error(error: SQLAlchemyError) -> Response:
    """Respond with 503 when the database is down or its tables are missing."""
    db.session.rollback()
    if isinstance(error, DBAPIError) and is_schema_missing(error):
        advice = ERRORS[503][1]
        if app.config["APP_ENV"] != "production":
            advice = "Create its tables: flask initialize"
        return error_page(503, advice=f"The database is not ready. {advice}")
    if isinstance(error, ProgrammingError):
        raise error
    app.logger.exception("The database did not answer")
    return error_page(503)


def is_schema_missing(error: DBAPIError) -> bool:
    """Return whether a query failed because its table does not exist."""
    return "no such table" in str(error.orig) or (
        type(error.orig).__name__ == "UndefinedTable"
    )


# ======================================================= home and health


@app.get("/")
@public_page
def home() -> View:
    """Show the home page."""
    return render_template("home.html")


@app.get("/.well-known/security.txt")
def security_txt() -> View:
    """Say where to report vulnerabilities (RFC 9116), if SECURITY_CONTACT is set."""
    contact = app.config["SECURITY_CONTACT"] or abort(404)
    expires = utcnow() + timedelta(days=180)
    lines = (
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {external_url('security_txt')}",
    )
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@app.get("/healthz")
@limiter.exempt
def healthz() -> View:
    """Report that the process is running (liveness)."""
    return {"status": "ok"}, 200


@app.get("/readyz")
@limiter.exempt
def readyz() -> View:
    """Report whether the database can serve requests (readiness)."""
    try:
        db.session.execute(select(User.id).limit(1))
    except DATABASE_ERRORS:
        return {"status": "down"}, 503
    return {"status": "up"}, 200


# ============================================================== accounts

KEPT_STAMPS = 5  # of the accounts that one browser registered last


def submitted_email() -> str:
    """Return the submitted email address, normalized: the key of the rate limits.

    It is never empty, because Flask-Limiter skips a limit whose key is empty.
    """
    return normalize_email(request.form.get("email", "")) or "no address"


def login_failed(response: Response) -> bool:
    """Return whether the login failed: only failures count toward the limits."""
    return bool(g.get("login_failed", False))


def was_accepted(response: Response) -> bool:
    """Return whether the form was accepted: only these requests count."""
    return response.status_code == 302


guesses_in_session = limiter.limit(
    app.config["LOGIN_LIMIT"],
    key_func=lambda: f"user {me().id}",
    methods=["POST"],
    deduct_when=login_failed,
)
mails_per_client = limiter.limit(
    app.config["MAIL_IP_LIMIT"], methods=["POST"], deduct_when=was_accepted
)
mails_per_address = limiter.limit(
    app.config["MAIL_LIMIT"],
    key_func=submitted_email,
    methods=["POST"],
    deduct_when=was_accepted,
)


def find_user(email: str) -> User | None:
    """Find a user by normalized email address."""
    if "\0" in email:  # PostgreSQL rejects it
        return None
    return db.session.scalar(select(User).where(User.email == email))


def invalid_link(new_link_endpoint: str) -> View:
    """Render the page for an invalid or expired link from a mail."""
    page = render_template("invalid_link.html", new_link_url=url_for(new_link_endpoint))
    return page, 400


@app.route("/auth/register", methods=["GET", "POST"])
@mails_per_address
@mails_per_client
def register() -> View:
    """Create an account; the response does not reveal whether it already exists."""
    form = RegisterForm()
    if not form.validate_on_submit():
        return render_template("register.html", form=form), form_status()
    user = User(name=form.name.data, email=form.email.data)
    set_password(user, form.password.data)
    # Also where there was an account: the cookie must not tell.
    stamps = [*session.get("registered", []), user.security_stamp]
    session["registered"] = stamps[-KEPT_STAMPS:]
    db.session.add(user)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        send_mail(
            cast(User, find_user(form.email.data)),
            "You already have an account",
            "mail_already_registered.txt",
            login_link=external_url("login"),
            reset_link=external_url("request_reset"),
        )
    else:
        send_confirmation(user)
    flash(f"Check your inbox. We sent an email to {form.email.data}.", "success")
    return redirect(url_for("login"))


def form_status() -> int:
    """Return 422 for a form with errors and 200 for an empty one."""
    return 422 if request.method == "POST" else 200


@app.route("/auth/confirm", methods=["GET", "POST"])
@mails_per_address
@mails_per_client
def request_confirmation() -> View:
    """Send the confirmation link again."""
    form = EmailForm()
    if not form.validate_on_submit():
        return render_template("confirm_request.html", form=form), form_status()
    user = find_user(form.email.data)
    if user and not user.confirmed_at:
        send_confirmation(user, send_mail_later)
    flash("If this account still needs to be confirmed, we sent a new link.", "info")
    return redirect(url_for("login"))


@app.route("/auth/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> View:
    """Confirm an email address with a POST, because mail scanners open links.

    Anyone can register any address. The password from the sign-up is therefore kept
    only if the same browser confirms the address; any other browser sets a new one.
    """
    user = user_from_token("confirm", token, CONFIRM_SECONDS)
    if user is None:
        return invalid_link("request_confirmation")
    registered_here = user.security_stamp in session.get("registered", [])
    form = None if registered_here else NewPasswordForm(user)
    if request.method == "GET" or (form and not form.validate()):
        page = render_template("confirm.html", token=token, form=form)
        return page, form_status()
    if not use_link(user):
        return invalid_link("request_confirmation")
    if form:
        set_password(user, form.password.data)
    user.confirmed_at = utcnow()
    user.security_stamp = new_stamp()
    record_security_event("address confirmed", user)
    add_notification(user, "Welcome to Inkwell", url_for("new_post"))
    db.session.commit()
    stats_cache.clear()
    flash("Your email address is confirmed. You can now log in.", "success")
    return redirect(url_for("login"))


@app.route("/auth/login", methods=["GET", "POST"])
@limiter.limit(
    app.config["LOGIN_LIMIT"],
    key_func=submitted_email,
    methods=["POST"],
    deduct_when=login_failed,
)
@limiter.limit(app.config["LOGIN_IP_LIMIT"], methods=["POST"], deduct_when=login_failed)
def login() -> View:
    """Log in."""
    form = LoginForm()
    unconfirmed = False
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(url_for("dashboard"))
    if form.validate_on_submit():
        user = find_user(normalize_email(form.email.data))
        if not verify_password(user, form.password.data):
            g.login_failed = True
            record_security_event("failed login", user)
            db.session.commit()
            form.form_errors.append("Incorrect email or password.")
        elif not user.confirmed_at:
            unconfirmed = True
            form.form_errors.append("Please confirm your email address first.")
        elif not user.active:
            form.form_errors.append("This account is deactivated.")
        else:
            return welcome(user, form.password.data, form.remember.data)
    page = render_template("login.html", form=form, unconfirmed=unconfirmed)
    return page, form_status()


def welcome(user: User, password: str, remember: bool) -> BaseResponse:
    """Log the user in, and redirect to the requested page."""
    if password_hasher.check_needs_rehash(user.password_hash):
        user.password_hash = password_hasher.hash(password)
        db.session.commit()
    session.clear()
    start_session(user, remember)
    return redirect(safe_next(request.args.get("next")) or url_for("dashboard"))


@app.post("/auth/logout")
def logout() -> View:
    """Log out; copies of the cookies are worthless, too."""
    login = find_session(me().session_token) if current_user.is_authenticated else None
    if login:
        db.session.delete(login)
        db.session.commit()
    logout_user()
    flash("You have been logged out.", "success")
    return redirect(url_for("home"))


@app.route("/auth/reset", methods=["GET", "POST"])
@mails_per_address
@mails_per_client
def request_reset() -> View:
    """Send a password reset link."""
    form = EmailForm()
    if not form.validate_on_submit():
        return render_template("reset_request.html", form=form), form_status()
    user = find_user(form.email.data)
    if user:
        link = external_url("reset_password", token=make_token("reset", user))
        send_mail_later(user, "Reset your password", "mail_reset.txt", link=link)
    flash("If an account exists for this address, we sent a link.", "info")
    return redirect(url_for("login"))


@app.route("/auth/reset/<token>", methods=["GET", "POST"])
def reset_password(token: str) -> View:
    """Set a new password, authorized by a link from a mail."""
    user = user_from_token("reset", token, RESET_SECONDS)
    if user is None:
        return invalid_link("request_reset")
    form = NewPasswordForm(user)
    if not form.validate_on_submit():
        return render_template("reset.html", form=form), form_status()
    if not use_link(user):
        return invalid_link("request_reset")
    set_password(user, form.password.data)
    db.session.commit()
    if user.confirmed_at:
        report_new_password(user)
    flash("Your password has been changed. You can now log in.", "success")
    return redirect(url_for("login"))


@app.route("/auth/account", methods=["GET", "POST"])
@login_required
def account() -> View:
    """Show and edit the user's account."""
    form = AccountForm(obj=me())
    if not form.validate_on_submit():
        facts = {"Plan": me().plan_name}
        return render_template("account.html", form=form, facts=facts), form_status()
    me().name = form.name.data
    db.session.commit()
    flash("Saved.", "success")
    return redirect(url_for("account"))


@app.route("/auth/account/password", methods=["GET", "POST"])
@login_required
@guesses_in_session
def change_password() -> View:
    """Change the password and end all other sessions."""
    form = ChangePasswordForm(me())
    accepted = form.validate_on_submit()
    if accepted and not verify_password(me(), form.current.data):
        g.login_failed = True
        form.current.errors = ["Incorrect password."]
        accepted = False
    if not accepted:
        return render_template("change_password.html", form=form), form_status()
    set_password(me(), form.password.data)
    # A new session: the cookie of the old one may have been stolen.
    start_session(me(), "remember_token" in request.cookies)
    report_new_password(me())
    flash("Your password has been changed.", "success")
    return redirect(url_for("account"))


@app.get("/auth/account/sessions")
@login_required
def list_sessions() -> View:
    """List the browsers in which the user is logged in."""
    logins = db.session.scalars(
        select(LoginSession)
        .where(LoginSession.user_id == me().id)
        .order_by(LoginSession.last_seen_at.desc())
    )
    return render_template(
        "sessions.html",
        sessions=[login for login in logins if not login.is_over],
        current=find_session(me().session_token),
    )


@app.post("/auth/account/sessions/<id:session_id>/end")
@login_required
def end_session(session_id: int) -> View:
    """End one session of the user."""
    login = db.one_or_404(
        select(LoginSession).filter_by(id=session_id, user_id=me().id)
    )
    db.session.delete(login)
    db.session.commit()
    flash("The session has been ended.", "success")
    return redirect(url_for("list_sessions"))


@app.post("/auth/account/sessions/end")
@login_required
def end_other_sessions() -> View:
    """End all sessions of the user but this one."""
    end_other_sessions_of(me())
    db.session.commit()
    flash("All other sessions have been ended.", "success")
    return redirect(url_for("list_sessions"))


@app.get("/auth/account/export")
@login_required
def export_account() -> View:
    """Export all personal data of the user as JSON."""
    user = me()
    record_security_event("data exported", user)
    db.session.commit()
    data = {
        "account": {
            "name": user.name,
            "email": user.email,
            "role": user.role,
            "created_at": user.created_at.isoformat(),
            "confirmed_at": iso(user.confirmed_at),
            "mail_notifications": user.mail_notifications,
        },
        "posts": [
            {
                "id": post.id,
                "title": post.title,
                "body": post.body,
                "created_at": post.created_at.isoformat(),
                "published_at": iso(post.published_at),
            }
            for post in user.posts
        ],
        "subscription": export_subscription(user.subscription),
        "invoices": [
            {
                "number": invoice.number,
                "amount": invoice.amount,
                "created_at": invoice.created_at.isoformat(),
            }
            for invoice in user.invoices
        ],
        "notifications": [
            {
                "text": notification.text,
                "link": notification.link,
                "created_at": notification.created_at.isoformat(),
                "read_at": iso(notification.read_at),
            }
            for notification in user.notifications
        ],
    }
    return Response(
        json.dumps(data, ensure_ascii=False, indent=2),
        mimetype="application/json",
        headers={"Content-Disposition": "attachment; filename=inkwell-export.json"},
    )


def export_subscription(subscription: Subscription | None) -> dict[str, str] | None:
    """Return a subscription's data for the export."""
    if subscription is None:
        return None
    return {
        "plan": "pro",
        "status": subscription.status,
        "period_end": subscription.period_end.isoformat(),
        "created_at": subscription.created_at.isoformat(),
    }


def iso(moment: datetime | None) -> str | None:
    """Format a datetime as ISO 8601."""
    return moment.isoformat() if moment else None


@app.route("/auth/account/delete", methods=["GET", "POST"])
@login_required
@guesses_in_session
def delete_account() -> View:
    """Delete the account and its data; invoices are kept without the user."""
    form = DeleteAccountForm()
    accepted = form.validate_on_submit()
    if accepted and not verify_password(me(), form.password.data):
        g.login_failed = True
        form.password.errors = ["Incorrect password."]
        accepted = False
    if accepted and is_only_admin(me()):
        form.form_errors.append("You are the only admin.")
        accepted = False
    if not accepted:
        return render_template("delete_account.html", form=form), form_status()
    record_security_event("account deleted", me())
    db.session.execute(delete(User).where(User.id == me().id))
    logout_user()
    db.session.commit()
    stats_cache.clear()
    flash("Your account has been deleted.", "success")
    return redirect(url_for("home"))


def is_only_admin(user: User) -> bool:
    """Return whether the user is the only active admin.

    The admins stay locked until the commit, so that two can't remove each other.
    """
    admins = db.session.execute(
        update(User)
        .where(User.role == "admin")
        .values(role=User.role)
        .returning(User.id, User.active),
        execution_options={"synchronize_session": False},
    )
    return {admin.id for admin in admins if admin.active} == {user.id}


# =============================================================== billing


@app.get("/billing/plans")
def plans() -> View:
    """Show the plans."""
    # A form sets a cookie for its CSRF token; anonymous users need neither.
    form = SubscribeForm() if current_user.is_authenticated else None
    return render_template(
        "plans.html", form=form, free_posts=FREE_POSTS, pro_price=PRO_PRICE
    )


@app.get("/billing/")
@login_required
def billing() -> View:
    """Show the user's subscription and invoices."""
    page = paginate(
        select(Invoice)
        .where(Invoice.user_id == me().id)
        .order_by(Invoice.created_at.desc(), Invoice.id.desc())
    )
    return render_template("billing.html", subscription=me().subscription, page=page)


@app.post("/billing/subscribe")
@login_required
def subscribe() -> View:
    """Start a checkout; submitting the same form twice starts only one."""
    key = SubscribeForm().checked_key()
    if me().is_pro:
        flash("You are already on Pro.", "info")
        return redirect(url_for("billing"))
    checkout = Checkout(
        user_id=me().id,
        reference=secrets.token_urlsafe(16),
        idempotency_key=key,
        amount=PRO_PRICE,
    )
    user_id = me().id
    db.session.add(checkout)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        checkout = db.session.scalars(
            select(Checkout).filter_by(user_id=user_id, idempotency_key=key)
        ).one()
    return redirect(payment_provider.create_checkout(checkout))


@app.route("/billing/checkout/<reference>", methods=["GET", "POST"])
@login_required
def checkout(reference: str) -> View:
    """Simulate the payment provider's page: pay or decline."""
    if not app.config["PAYMENT_SANDBOX"]:
        abort(404)
    if not REFERENCE.fullmatch(reference):
        abort(404)
    checkout = db.one_or_404(
        select(Checkout).filter_by(reference=reference, user_id=me().id)
    )
    if checkout.status != "open":
        return redirect(url_for("billing"))
    if request.method == "GET":
        return render_template("checkout.html", checkout=checkout)
    outcome = request.form.get("outcome", "")
    if outcome not in {"paid", "declined"}:
        abort(422)
    handle_webhook(*sandbox.signed_result(checkout, outcome))
    if outcome == "paid":
        flash("Thank you! You are now on Pro.", "success")
    else:
        flash("The payment was declined.", "error")
    return redirect(url_for("billing"))


@app.post("/billing/webhook")
@csrf.exempt
def webhook() -> View:
    """Receive a webhook from the payment provider."""
    return handle_webhook(request.get_data(), dict(request.headers))


def handle_webhook(body: bytes, headers: dict[str, str]) -> tuple[dict[str, str], int]:
    """Verify a webhook and process it at most once."""
    try:
        Webhook(app.config["WEBHOOK_SECRET"]).verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):
        return {"error": "The signature or the timestamp is invalid."}, 400
    try:
        event, data = read_event(body)
    except ValueError as error:
        return {"error": str(error)}, 422
    if event not in WEBHOOK_EFFECTS:
        return {"status": "ignored"}, 200
    message_id = {name.lower(): value for name, value in headers.items()}["webhook-id"]
    db.session.add(WebhookReceipt(id=message_id[:255]))
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        return {"status": "duplicate"}, 200
    if not WEBHOOK_EFFECTS[event](data["reference"]):
        db.session.rollback()
        return {"error": "Unknown reference."}, 404
    stats_cache.clear()
    return {"status": "processed"}, 200


def read_event(body: bytes) -> tuple[str, dict[str, Any]]:
    """Return the type and the data of a webhook.

    Raises ValueError with the reason if the body is invalid.
    """
    message = json.loads(body)
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise ValueError("The message has no type.")
    event, data = message["type"], message.get("data")
    if not isinstance(data, dict):
        raise ValueError("The message has no data.")
    if event in WEBHOOK_EFFECTS:
        reference = data.get("reference")
        if not isinstance(reference, str) or not REFERENCE.fullmatch(reference):
            raise ValueError("data.reference is missing or invalid.")
        amount = data.get("amount", PRO_PRICE)
        if event in PAID_EVENTS and (
            "amount" not in data or type(amount) is not int or amount != PRO_PRICE
        ):
            raise ValueError(f"data.amount must be {PRO_PRICE}.")
    return event, data


def find_locked(model: type[Row], **values: object) -> Row | None:
    """Find a row and lock it, so that payments at the same moment take turns."""
    return db.session.scalar(
        select(model).filter_by(**values).with_for_update(),
        # What the request read before may be out of date by now.
        execution_options={"populate_existing": True},
    )


def find_checkout(reference: str) -> Checkout | None:
    """Find and lock a checkout by the provider's reference."""
    return find_locked(Checkout, reference=reference)


def find_subscription(reference: str) -> Subscription | None:
    """Find and lock the subscription that a checkout started."""
    return find_locked(Subscription, reference=reference)


def subscription_to_pay(checkout: Checkout) -> Subscription:
    """Find and lock the buyer's subscription; without one, add an ended one."""
    user_id = checkout.user_id
    if (found := find_locked(Subscription, user_id=user_id)) is not None:
        return found
    with (
        suppress(IntegrityError),
        db.session.begin_nested(),
    ):  # a parallel request was faster
        db.session.add(
            Subscription(
                user_id=user_id,
                reference=checkout.reference,
                status="ended",
                period_end=utcnow(),
            )
        )
    return cast(Subscription, find_locked(Subscription, user_id=user_id))


def checkout_paid(reference: str) -> bool:
    """Start or extend Pro, create the invoice and notify the user."""
    checkout = find_checkout(reference)
    if checkout is None:
        return False
    if checkout.status == "paid":
        db.session.commit()
        return True
    checkout.status = "paid"
    user = checkout.user
    subscription = subscription_to_pay(checkout)
    start = subscription.period_end if subscription.is_running else utcnow()
    subscription.reference = reference
    subscription.status = "active"
    subscription.period_end = add_month(max(start, utcnow()))
    invoice = Invoice(user=user, amount=checkout.amount, checkout_reference=reference)
    db.session.add(invoice)
    add_notification(user, "You are on Pro", url_for("billing"))
    db.session.commit()
    mail_notification(
        user,
        f"Your invoice {invoice.number}",
        "mail_invoice.txt",
        invoice=invoice,
        link=external_url("invoice", number=invoice.number),
    )
    return True


def checkout_declined(reference: str) -> bool:
    """Mark the checkout as declined and notify the user."""
    checkout = find_checkout(reference)
    if checkout is None:
        return False
    if checkout.status != "open":
        db.session.commit()
        return True
    checkout.status = "declined"
    user = checkout.user
    add_notification(user, "Your payment failed", url_for("plans"))
    db.session.commit()
    mail_notification(
        user,
        "Your payment failed",
        "mail_payment_failed.txt",
        link=external_url("plans"),
    )
    return True


def subscription_renewed(reference: str) -> bool:
    """Extend the subscription by a month and create the invoice."""
    subscription = find_subscription(reference)
    if subscription is None:
        return False
    if subscription.status == "ended":
        subscription.status = "active"
    subscription.period_end = add_month(subscription.period_end)
    db.session.add(Invoice(user_id=subscription.user_id, amount=PRO_PRICE))
    db.session.commit()
    return True


def subscription_ended(reference: str) -> bool:
    """End the subscription."""
    subscription = find_subscription(reference)
    if subscription is None:
        return False
    subscription.status = "ended"
    db.session.commit()
    return True


PAID_EVENTS = {"checkout.paid", "subscription.renewed"}
WEBHOOK_EFFECTS = {
    "checkout.paid": checkout_paid,
    "checkout.declined": checkout_declined,
    "subscription.renewed": subscription_renewed,
    "subscription.ended": subscription_ended,
}


@app.post("/billing/cancel")
@login_required
def cancel() -> View:
    """Cancel the subscription at the end of the paid period."""
    # One statement checks and updates: of two parallel requests, one finds it active.
    period_end = db.session.scalar(
        update(Subscription)
        .where(Subscription.user_id == me().id, Subscription.status == "active")
        .values(status="cancelled")
        .returning(Subscription.period_end)
    )
    if period_end is None:
        flash("You have no active subscription to cancel.", "error")
        return redirect(url_for("billing"))
    text = f"Your subscription ends on {format_date(period_end)}"
    add_notification(me(), text, url_for("billing"))
    db.session.commit()
    flash(f"{text}.", "success")
    return redirect(url_for("billing"))


@app.post("/billing/resume")
@login_required
def resume() -> View:
    """Revoke a cancellation before the end of the paid period."""
    resumed = db.session.scalar(
        update(Subscription)
        .where(
            Subscription.user_id == me().id,
            Subscription.status == "cancelled",
            Subscription.period_end > utcnow(),
        )
        .values(status="active")
        .returning(Subscription.id)
    )
    db.session.commit()
    if resumed is None:
        flash("You have no canceled subscription to resume.", "error")
        return redirect(url_for("billing"))
    flash("Your subscription has been resumed.", "success")
    return redirect(url_for("billing"))


@app.get("/billing/invoices/<number>")
@login_required
def invoice(number: str) -> View:
    """Show a printable invoice."""
    match = re.fullmatch(r"INV-[0-9]{4}-([0-9]{6,9})", number)
    invoice = db.session.get(Invoice, int(match[1])) if match else None
    if invoice is None or invoice.user_id != me().id or invoice.number != number:
        abort(404)
    return render_template("invoice.html", invoice=invoice)


# ================================================================== blog


def published_posts() -> sa.Select[Any]:
    """Select published posts, newest first, without their Markdown source."""
    return (
        select(Post)
        .where(Post.published_at.is_not(None))
        .order_by(Post.published_at.desc(), Post.id.desc())
        .options(joinedload(Post.author), defer(Post.body))
    )


def visible_post(post_id: int) -> Post:
    """Return a post that the current user may see; 404 otherwise."""
    post = db.get_or_404(Post, post_id, options=[joinedload(Post.author)])
    if not post.is_published and not can_see_draft(post):
        abort(404)
    return post


def can_see_draft(post: Post) -> bool:
    """Return whether the current user is the author or an admin."""
    return current_user.is_authenticated and (
        current_user.is_admin or current_user.id == post.author_id
    )


def own_post(post_id: int) -> Post:
    """Return a post that the current user may edit; 403 or 404 otherwise."""
    post = visible_post(post_id)
    if post.author_id != me().id:
        abort(403)
    return post


def can_publish(user: User) -> bool:
    """Return whether the user's plan allows another published post.

    The user stays locked until the commit, so that parallel requests count in turn.
    """
    if user.is_pro:
        return True
    lock(user)
    published = select(func.count(Post.id)).where(
        Post.author_id == user.id, Post.published_at.is_not(None)
    )
    return db.session.scalars(published).one() < FREE_POSTS


def fill_post(post: Post, form: PostForm) -> None:
    """Copy the form to the post, and render its Markdown once, when it is saved."""
    post.title = form.title.data
    post.body = form.body.data
    post.body_html = render_markdown(form.body.data)
    post.excerpt = make_excerpt(post.body_html)


def post_form_page(form: PostForm, post: Post | None = None) -> View:
    """Render the post form, with a link to the plans if the limit is reached."""
    over_limit = False
    if form.is_submitted() and not form.errors:
        over_limit = True
        form.form_errors.append(
            f"The Free plan allows {FREE_POSTS} published posts."
            " Upgrade to publish more."
        )
    page = render_template(
        "post_form.html", form=form, post=post, over_limit=over_limit
    )
    return page, form_status()


@app.get("/blog/")
@public_page
def blog() -> View:
    """List published posts."""
    page = paginate(published_posts().options(defer(Post.body_html)))
    return render_template("blog.html", page=page)


@app.get("/blog/<id:post_id>")
@public_page
def post(post_id: int) -> View:
    """Show a post."""
    return render_template("post.html", post=visible_post(post_id))


@app.route("/blog/new", methods=["GET", "POST"])
@login_required
def new_post() -> View:
    """Create a post; submitting the same form twice creates only one."""
    form = NewPostForm()
    if request.method == "GET":
        return post_form_page(form)
    key = form.checked_key()
    if existing := find_post_by_key(me().id, key):
        return redirect(url_for("post", post_id=existing.id))
    publish = form.action.data == "publish"
    if not form.validate() or (publish and not can_publish(me())):
        return post_form_page(form)
    user_id = me().id
    post = Post(author_id=user_id, idempotency_key=key)
    fill_post(post, form)
    post.published_at = utcnow() if publish else None
    db.session.add(post)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        post = cast(Post, find_post_by_key(user_id, key))
    stats_cache.clear()
    flash("Post published." if publish else "Draft saved.", "success")
    return redirect(url_for("post", post_id=post.id))


def find_post_by_key(author_id: int, key: str) -> Post | None:
    """Find the post that an earlier submission of the same form created."""
    return db.session.scalar(
        select(Post).filter_by(author_id=author_id, idempotency_key=key)
    )


@app.route("/blog/<id:post_id>/edit", methods=["GET", "POST"])
@login_required
def edit_post(post_id: int) -> View:
    """Edit, publish or unpublish the user's post."""
    post = own_post(post_id)
    form = PostForm(obj=post)
    if not form.validate_on_submit():
        return post_form_page(form, post)
    publish = form.action.data == "publish"
    if not lock(post):
        abort(404)
    newly_published = publish and not post.is_published
    if newly_published and not can_publish(me()):
        return post_form_page(form, post)
    fill_post(post, form)
    if newly_published:
        post.published_at = utcnow()
    elif not publish:
        post.published_at = None
    db.session.commit()
    stats_cache.clear()
    flash("Post published." if newly_published else "Post saved.", "success")
    return redirect(url_for("post", post_id=post.id))


@app.post("/blog/<id:post_id>/delete")
@login_required
def delete_post(post_id: int) -> View:
    """Delete the user's post."""
    post = own_post(post_id)
    db.session.execute(delete(Post).where(Post.id == post.id))
    db.session.commit()
    stats_cache.clear()
    flash("Post deleted.", "success")
    return redirect(url_for("my_posts"))


@app.post("/blog/<id:post_id>/remove")
@admin_required
def remove_post(post_id: int) -> View:
    """Delete another user's post and notify its author."""
    post = visible_post(post_id)
    if lock(post):
        add_notification(post.author, f"Your post “{post.title}” was removed")
        db.session.delete(post)
    db.session.commit()
    stats_cache.clear()
    flash("Post removed.", "success")
    return redirect(url_for("blog"))


@app.get("/blog/mine")
@login_required
def my_posts() -> View:
    """List the user's posts, including drafts."""
    page = paginate(
        select(Post)
        .where(Post.author_id == me().id)
        .order_by(Post.created_at.desc(), Post.id.desc())
        .options(defer(Post.body), defer(Post.body_html))
    )
    return render_template("my_posts.html", page=page)


def feed_content(post: Post) -> str:
    """Return the whole post, or the excerpt of a long one: readers poll the feed."""
    if len(post.body_html) <= MAX_FEED_CONTENT:
        return post.body_html
    return str(escape(post.excerpt))


@app.get("/blog/feed.atom")
@public_page
def feed() -> View:
    """Return the newest posts as an Atom feed."""
    atom = Atom1Feed(
        title="Inkwell",
        link=external_url("blog"),
        description=None,
        feed_url=external_url("feed"),
    )
    for post in db.session.scalars(published_posts().limit(20)):
        link = external_url("post", post_id=post.id)
        atom.add_item(
            title=post.title,
            link=link,
            unique_id=link,
            description=None,
            content=feed_content(post),
            author_name=post.author.name,
            pubdate=post.published_at,
        )
    return Response(atom.writeString("utf-8"), mimetype="application/atom+xml")


# ============================================================= dashboard

STATS_SECONDS = 60


@dataclass
class Metric:
    """A number with a title for users, and a name for scripts and tests."""

    name: str
    title: str
    value: int | str


def count(model: type[Model], *conditions: Any) -> int:
    """Count the rows of a model that match the conditions."""
    statement = select(func.count()).select_from(model).where(*conditions)
    return db.session.scalars(statement).one()


def revenue(*conditions: Any) -> int:
    """Return the sum of all invoices that match the conditions, in cents."""
    statement = select(func.coalesce(func.sum(Invoice.amount), 0)).where(*conditions)
    return db.session.scalars(statement).one()


def start_of_month(moment: datetime) -> datetime:
    """Return midnight on the first day of the month."""
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def get_stats() -> dict[str, Any]:
    """Return the site's statistics, counted at most once a minute.

    The cache is local to this process. Code that changes a number must clear it.
    """
    if not stats_cache or stats_cache["until"] < utcnow():
        stats_cache.update(
            members=count(User, User.confirmed_at.is_not(None)),
            posts=count(Post, Post.published_at.is_not(None)),
            revenue=revenue(Invoice.created_at >= start_of_month(utcnow())),
            until=utcnow() + timedelta(seconds=STATS_SECONDS),
        )
    return stats_cache


def within(column: Any, start: datetime, end: datetime) -> Any:
    """Match datetimes from start (inclusive) to end (exclusive)."""
    return sa.and_(column >= start, column < end)


@app.get("/dashboard/")
@login_required
def dashboard() -> View:
    """Show charts and statistics of the site and the user."""
    days = request.args.get("days", "30")
    if days not in {"7", "30", "90"}:
        abort(400)
    charts = [
        daily_series(
            "posts",
            "Posts per day",
            int(days),
            lambda start, end: count(Post, within(Post.published_at, start, end)),
        )
    ]
    if me().is_admin:
        charts.append(
            daily_series(
                "sign-ups",
                "Sign-ups per day",
                int(days),
                lambda start, end: count(User, within(User.confirmed_at, start, end)),
            )
        )
        charts.append(
            daily_series(
                "revenue",
                "Revenue per day",
                int(days),
                lambda start, end: revenue(within(Invoice.created_at, start, end)),
                euro,
            )
        )
    stats = get_stats()
    mine = count(Post, Post.author_id == me().id, Post.published_at.is_not(None))
    unread = menu_badges(me())["notifications"]
    metrics = [
        Metric("my-posts", "Your published posts", mine),
        Metric("unread", "Unread notifications", unread),
        Metric("plan", "Your plan", me().plan_name),
        Metric("members", "Members", stats["members"]),
        Metric("posts", "Published posts", stats["posts"]),
    ]
    if me().is_admin:
        revenue_text = euro(stats["revenue"])
        metrics.append(Metric("revenue", "Revenue this month", revenue_text))
    return render_template(
        "dashboard.html",
        choices=("7", "30", "90"),
        days=days,
        metrics=metrics,
        charts=charts,
    )


# ========================================================= notifications


@app.get("/notifications/")
@login_required
def notifications() -> View:
    """List the user's notifications, newest first."""
    page = paginate(
        select(Notification)
        .where(Notification.user_id == me().id)
        .order_by(Notification.created_at.desc(), Notification.id.desc())
    )
    return render_template("notifications.html", page=page)


@app.post("/notifications/<id:notification_id>/read")
@login_required
def read_notification(notification_id: int) -> View:
    """Mark a notification as read and redirect to its link."""
    notification = db.one_or_404(
        select(Notification).filter_by(id=notification_id, user_id=me().id)
    )
    notification.read_at = notification.read_at or utcnow()
    db.session.commit()
    return redirect(notification.link or url_for("notifications"))


@app.post("/notifications/read")
@login_required
def read_all_notifications() -> View:
    """Mark all notifications as read."""
    db.session.execute(
        update(Notification)
        .where(Notification.user_id == me().id, Notification.read_at.is_(None))
        .values(read_at=utcnow())
    )
    db.session.commit()
    return redirect(url_for("notifications"))


@app.route("/notifications/preferences", methods=["GET", "POST"])
@login_required
def notification_preferences() -> View:
    """Edit the notification preferences."""
    form = PreferencesForm(data={"email": me().mail_notifications})
    if not form.validate_on_submit():
        return render_template("preferences.html", form=form), form_status()
    me().mail_notifications = form.email.data
    db.session.commit()
    flash("Saved.", "success")
    return redirect(url_for("notification_preferences"))


# ================================================================= admin


@app.get("/admin/")
@admin_required
def admin() -> View:
    """Show totals of the site and links to the other admin pages."""
    metrics = [
        Metric("users", "Users", count(User)),
        Metric("posts", "Published posts", count(Post, Post.published_at.is_not(None))),
        Metric(
            "subscriptions",
            "Active subscriptions",
            count(Subscription, Subscription.running()),
        ),
        Metric("revenue", "Revenue", euro(revenue())),
    ]
    return render_template("admin.html", metrics=metrics)


@app.get("/admin/users")
@admin_required
def admin_users() -> View:
    """List and search users."""
    q = request.args.get("q", "").replace("\x00", "").strip()
    statement = select(User).order_by(User.created_at.desc(), User.id.desc())
    if q:
        statement = statement.where(
            or_(
                User.email.istartswith(q, autoescape=True),
                User.name.istartswith(q, autoescape=True),
            )
        )
    page = paginate(statement, ADMIN_PAGE_SIZE)
    return render_template("admin_users.html", page=page, q=q)


@app.get("/admin/users/<id:user_id>")
@admin_required
def admin_user(user_id: int) -> View:
    """Show a user and the available actions."""
    return render_template("admin_user.html", user=db.get_or_404(User, user_id))


def change_user(user_id: int, **values: Any) -> BaseResponse:
    """Update a user; admins can't deactivate or demote themselves."""
    user = db.get_or_404(User, user_id)
    if user == me() and (values.get("active") is False or "role" in values):
        flash("You can't deactivate yourself or change your own role.", "error")
    elif (
        values.get("active") is False or values.get("role") == "member"
    ) and is_only_admin(user):
        flash("This is the only active admin.", "error")
    else:
        for name, value in values.items():
            setattr(user, name, value)
        if not user.active:
            revoke_access(user)
        if "role" in values:
            kind = f"role set to {user.role}"
        else:
            kind = "activated" if user.active else "deactivated"
        record_security_event(kind, user)
        db.session.commit()
        flash("Saved.", "success")
    return redirect(url_for("admin_user", user_id=user_id))


@app.post("/admin/users/<id:user_id>/deactivate")
@admin_required
def deactivate_user(user_id: int) -> View:
    """Deactivate a user and end their sessions."""
    return change_user(user_id, active=False)


@app.post("/admin/users/<id:user_id>/activate")
@admin_required
def activate_user(user_id: int) -> View:
    """Reactivate a user."""
    return change_user(user_id, active=True)


@app.post("/admin/users/<id:user_id>/role")
@admin_required
def change_role(user_id: int) -> View:
    """Change a user's role."""
    role = request.form.get("role", "")
    if role not in {"member", "admin"}:
        abort(422)
    return change_user(user_id, role=role)


@app.get("/admin/status")
@admin_required
def admin_status() -> View:
    """Show the status and the versions of the components."""
    status = {
        "Environment": app.config["APP_ENV"],
        "Database": db.engine.dialect.name,
        "Mail": app.config["MAIL_BACKEND"],
        "Python": platform.python_version(),
        "Flask": version("flask"),
        "SQLAlchemy": version("sqlalchemy"),
    }
    return render_template("admin_status.html", status=status)


DATA_VIEWS = {
    view.name: view
    for view in (
        DataView(
            "users",
            User,
            db.session,
            columns=("id", "name", "email", "role", "active", "created_at"),
            searchable=("name", "email"),
            filters=("role", "active"),
        ),
        DataView(
            "security_events",
            SecurityEvent,
            db.session,
            columns=("id", "created_at", "kind", "user_id", "actor_id", "address"),
            searchable=("kind", "address"),
            filters=("kind",),
            people=("user_id", "actor_id"),
        ),
        DataView(
            "subscriptions",
            Subscription,
            db.session,
            columns=("id", "user_id", "status", "period_end", "created_at"),
            searchable=("reference",),
            filters=("status",),
            people=("user_id",),
        ),
        DataView(
            "invoices",
            Invoice,
            db.session,
            columns=("id", "number", "user_id", "amount", "created_at"),
            people=("user_id",),
            formats={"amount": euro},
        ),
        DataView(
            "posts",
            Post,
            db.session,
            columns=("id", "title", "author_id", "published_at", "created_at"),
            searchable=("title",),
            people=("author_id",),
        ),
        DataView(
            "notifications",
            Notification,
            db.session,
            columns=("id", "text", "user_id", "created_at", "read_at"),
            searchable=("text",),
            people=("user_id",),
        ),
    )
}


@app.get("/admin/data/")
@admin_required
def admin_data() -> View:
    """List the tables."""
    return render_template("admin_data.html", tables=DATA_VIEWS.values())


@app.get("/admin/data/<name>/")
@admin_required
def admin_table(name: str) -> View:
    """Show a page of a table."""
    view = DATA_VIEWS.get(name) or abort(404)
    page = view.page(request.args)
    return render_template(
        "admin_table.html",
        view=view,
        page=page,
        args=request.args.to_dict(),
        names=user_names(view, page.rows),
        choices=view.choices(),
    )


@app.get("/admin/data/<name>/<id:row_id>")
@admin_required
def admin_row(name: str, row_id: int) -> View:
    """Show a row of a table."""
    view = DATA_VIEWS.get(name) or abort(404)
    row = view.find(row_id) or abort(404)
    names = user_names(view, [row])
    return render_template("admin_row.html", view=view, row=row, names=names)


@app.get("/admin/data/<name>/export.csv")
@admin_required
def admin_export(name: str) -> View:
    """Download all rows that match the search and the filters."""
    view = DATA_VIEWS.get(name) or abort(404)
    lines = stream_with_context(view.csv(request.args.to_dict()))
    headers = {"Content-Disposition": f"attachment; filename={view.name}.csv"}
    return Response(lines, mimetype="text/csv", headers=headers)


def user_names(view: DataView, rows: Sequence[Any]) -> dict[int, str]:
    """Return the names of the users to whom the rows belong, by id."""
    ids = {getattr(row, column) for row in rows for column in view.people}
    found = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {user_id: name for user_id, name in found}


# ============================================================== commands


def database_failure(error: sa.exc.DBAPIError) -> click.ClickException:
    """Convert a database error to a one-line error message for the terminal."""
    if is_schema_missing(error):
        return click.ClickException("The database has no tables. Run: flask initialize")
    reason = str(error.orig).strip().splitlines()[0]
    return click.ClickException(f"The database {db.engine.url} can't be used: {reason}")


def current_revision() -> str | None:
    """Return the revision of the latest migration that was applied."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate_database() -> bool:
    """Apply new migrations, like `flask db upgrade`; return whether there were any."""
    click.echo(f"Database: {db.engine.url}")
    config = migrate.get_config()
    config.attributes["configure_logger"] = False
    try:
        before = current_revision()
        command.upgrade(config, "head")
        return current_revision() != before
    except (OperationalError, ProgrammingError) as error:
        raise database_failure(error) from error
    except CommandError as error:
        raise click.ClickException(f"The migrations can't be run: {error}") from error


@app.cli.command()
def initialize() -> None:
    """Create or upgrade the database tables. Deletes nothing; safe to repeat."""
    click.echo("Migrated." if migrate_database() else "Up to date.")


@app.cli.command()
@click.argument("email")
@click.password_option(
    help="Password of a new or unconfirmed account; prompted for if not given."
)
def create_admin(email: str, password: str) -> None:
    """Create an admin account, or make an existing account an admin."""
    try:
        email = validated_email(email)
    except ValueError as error:
        raise click.BadParameter(f"{email!r} is not an email address.") from error
    try:
        user = find_user(email)
        if not (user and user.confirmed_at) and not 10 <= len(password) <= 128:
            raise click.BadParameter("Use a password of 10 to 128 characters.")
        if user and user.confirmed_at:
            user.role = "admin"
            message = f"Made the account {email} an admin, password unchanged."
        elif user:
            # Anyone can have registered it, and would know its password.
            set_password(user, password)
            user.role = "admin"
            user.confirmed_at = utcnow()
            message = (
                f"Made the account {email} an admin. It was not confirmed, so it has"
                " the new password."
            )
        else:
            user = User(
                name=email.partition("@")[0][:80],
                email=email,
                role="admin",
                confirmed_at=utcnow(),
            )
            set_password(user, password)
            db.session.add(user)
            message = f"Created the admin {email}."
        db.session.commit()
    except (OperationalError, ProgrammingError) as error:
        raise database_failure(error) from error
    click.echo(message)


@app.cli.command()
@click.option(
    "--users",
    default=1000,
    show_default=True,
    type=click.IntRange(1, 999_999),
    help="Number of demo users.",
)
def demo(users: int) -> None:
    """Fill the database with demo data: users with their posts and invoices."""
    if app.config["APP_ENV"] == "production":
        raise click.ClickException(
            "flask demo does not run in production: its password is public."
        )
    migrate_database()
    password_hash = password_hasher.hash(PASSWORD)
    try:
        with click.progressbar(list(demo_users(users)), label="Adding users") as bar:
            added = sum(add_demo_users(chunk, password_hash) for chunk in bar)
    except (OperationalError, ProgrammingError) as error:
        raise database_failure(error) from error
    stats_cache.clear()
    click.echo(f"Added {added} users.")
    click.echo(f"Log in as {ADMIN} with the password {PASSWORD}.")


ADMIN_POSTS = 6


def add_demo_users(users: list[DemoUser], password_hash: str) -> int:
    """Add the missing demo users with their data; return how many there were."""
    emails = [user.email for user in users]
    known = set(db.session.scalars(select(User.email).where(User.email.in_(emails))))
    users = [user for user in users if user.email not in known]
    if not users:
        return 0
    ids = db.session.scalars(
        insert(User).returning(User.id, sort_by_parameter_order=True),
        [demo_user(user, password_hash) for user in users],
    )
    rows: dict[type[Model], list[dict[str, Any]]]
    rows = {Post: [], Subscription: [], Invoice: [], Notification: []}
    for user, user_id in zip(users, ids, strict=True):
        rows[Post] += demo_posts(user, user_id)
        subscriptions, invoices = demo_billing(user, user_id)
        rows[Subscription] += subscriptions
        rows[Invoice] += invoices
        rows[Notification] += demo_notifications(user, user_id)
    for model, values in rows.items():
        if values:
            # Without it, SQLAlchemy sends rows with NULLs in separate statements.
            nulls = {"render_nulls": True}
            db.session.execute(insert(model), values, execution_options=nulls)
    db.session.commit()
    return len(users)


def demo_user(user: DemoUser, password_hash: str) -> dict[str, Any]:
    """Return the row of a demo user."""
    confirmed_at = user.joined_at + timedelta(hours=1)
    return {
        "name": user.name,
        "email": user.email,
        "password_hash": password_hash,
        "security_stamp": new_stamp(),
        "role": "admin" if user.is_admin else "member",
        "active": True,
        "mail_notifications": True,
        "created_at": user.joined_at,
        "confirmed_at": confirmed_at if user.confirmed else None,
    }


def demo_posts(user: DemoUser, user_id: int) -> list[dict[str, Any]]:
    """Return the rows of a user's posts; the count is exponentially distributed."""
    random = user.random("blog")
    count = min(40, int(random.expovariate(1 / 3.5)))
    if user.is_admin:
        count = ADMIN_POSTS
    moments = sorted(user.moment(random) for _ in range(count))
    return [demo_post(random, moment, user_id) for moment in moments if user.confirmed]


def demo_post(random: Random, moment: datetime, user_id: int) -> dict[str, Any]:
    """Return the row of a post."""
    title, paragraphs = write_post(random)
    # Faster than the Markdown parser, with the same result for plain words.
    body_html = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    return {
        "author_id": user_id,
        "title": title,
        "body": "\n\n".join(paragraphs),
        "body_html": body_html,
        "excerpt": make_excerpt(body_html),
        "created_at": moment,
        "published_at": moment if random.random() < 0.85 else None,
    }


def demo_billing(
    user: DemoUser, user_id: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of a user's subscription and invoices; most have none."""
    random = user.random("billing")
    subscribes = random.random() < 0.12 or user.is_admin
    if not (user.confirmed and subscribes):
        return [], []
    started = user.moment(random)
    ends = [started]
    for _ in range(12 if user.is_admin else random.randint(1, 12)):
        ends.append(add_month(ends[-1]))
        if ends[-1] > user.until:
            break
    *paid, period_end = ends
    subscription = {
        "user_id": user_id,
        "reference": f"demo-{user_id}",
        "status": "active" if period_end > user.until else "ended",
        "period_end": period_end,
        "created_at": started,
    }
    invoices = [
        {"user_id": user_id, "amount": PRO_PRICE, "created_at": moment}
        for moment in paid
    ]
    return [subscription], invoices


def demo_notifications(user: DemoUser, user_id: int) -> list[dict[str, Any]]:
    """Return the rows of a user's notifications."""
    if not user.confirmed:
        return []
    random = user.random("notifications")
    joined_at = user.joined_at + timedelta(hours=1)
    is_read = random.random() < 0.5 or user.is_admin
    events = [("Welcome to Inkwell", joined_at, is_read)]
    if random.random() < 0.3:
        events.append(("Your payment failed", joined_at + timedelta(days=1), is_read))
    if user.is_admin:
        events += [
            ("Your payment failed", user.until - timedelta(days=2), False),
            ("You are on Pro", user.until - timedelta(hours=8), False),
        ]
    return [
        {
            "user_id": user_id,
            "text": text,
            "link": None,
            "created_at": moment,
            "read_at": moment + timedelta(hours=1) if was_read else None,
        }
        for text, moment, was_read in events
    ]
