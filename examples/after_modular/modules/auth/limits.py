"""How often somebody may try: guessing passwords and filling inboxes takes long."""

from flask import Response, g, request
from flask_login import current_user

from web.security import limiter

from .addresses import comparable_address
from .settings import Settings


def _submitted_address() -> str:
    """Return the address in the form as a key, which must not be empty.

    Flask-Limiter skips a limit whose key is empty.
    """
    return comparable_address(request.form.get("email", "")) or "no address"


def count_failed_login() -> None:
    """Let this request count against the limits of log-ins."""
    g.login_failed = True


def _login_failed(response: Response) -> bool:
    return bool(g.get("login_failed"))


def _form_accepted(response: Response) -> bool:
    return response.status_code == 302


limit_logins_of_account = limiter.limit(
    lambda: Settings.current().LOGIN_LIMIT,
    key_func=_submitted_address,
    methods=["POST"],
    deduct_when=_login_failed,
)
limit_logins_of_client = limiter.limit(
    lambda: Settings.current().LOGIN_IP_LIMIT,
    methods=["POST"],
    deduct_when=_login_failed,
)
limit_guesses_in_session = limiter.limit(
    lambda: Settings.current().LOGIN_LIMIT,
    key_func=lambda: f"user {current_user.id}",
    methods=["POST"],
    deduct_when=_login_failed,
)
limit_mails_to_address = limiter.limit(
    lambda: Settings.current().MAIL_LIMIT,
    key_func=_submitted_address,
    methods=["POST"],
    deduct_when=_form_accepted,
)
limit_mails_of_client = limiter.limit(
    lambda: Settings.current().MAIL_IP_LIMIT,
    methods=["POST"],
    deduct_when=_form_accepted,
)
