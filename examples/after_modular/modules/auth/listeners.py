"""The mails about accounts: people get them whatever they chose to be told.

They listen to this module's own events: no page waits for the mail server, and how
long a page takes does not tell who has an account. The events hold no secret; a link
is made when its mail is.
"""

from kernel import listens
from web.mail import external_url, send_mail

from .events import (
    AddressRegisteredAgain,
    ConfirmationRequested,
    PasswordChanged,
    PasswordResetRequested,
)
from .models import User, session
from .tokens import CONFIRM, RESET


@listens(ConfirmationRequested)
def mail_confirmation(event: ConfirmationRequested) -> None:
    """Mail the link that proves the address."""
    if user := session.get(User, event.user_id):
        link = external_url("auth.confirm", token=CONFIRM.token(user))
        _send(user, "Confirm your email address", "auth/mail_confirm.txt", link=link)


@listens(AddressRegisteredAgain)
def mail_already_registered(event: AddressRegisteredAgain) -> None:
    """Tell the owner of an address that somebody tried to register with it."""
    if user := session.get(User, event.user_id):
        _send(
            user,
            "You already have an account",
            "auth/mail_already_registered.txt",
            login_link=external_url("auth.login"),
            reset_link=external_url("auth.request_reset"),
        )


@listens(PasswordResetRequested)
def mail_reset(event: PasswordResetRequested) -> None:
    """Mail the link to choose a new password."""
    if user := session.get(User, event.user_id):
        link = external_url("auth.reset", token=RESET.token(user))
        _send(user, "Reset your password", "auth/mail_reset.txt", link=link)


@listens(PasswordChanged)
def mail_password_changed(event: PasswordChanged) -> None:
    """Mail the user that the password was changed, so that theft is noticed."""
    if (user := session.get(User, event.user_id)) and user.confirmed_at:
        _send(
            user,
            "Your password was changed",
            "auth/mail_password_changed.txt",
            reset_link=external_url("auth.request_reset"),
        )


def _send(user: User, subject: str, template: str, **links: str) -> None:
    send_mail(user.email, subject, template, user=user, **links)
