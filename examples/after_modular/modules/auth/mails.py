"""The mails about accounts: people get them whatever they chose to be told."""

from core.mail import external_url, send_mail

from .models import User
from .tokens import CONFIRM, RESET


def send_confirmation(user: User) -> None:
    """Mail the link that proves the address."""
    link = external_url("auth.confirm", token=CONFIRM.token(user))
    send_mail(
        user.email,
        "Confirm your address",
        "auth/mail_confirm.txt",
        user=user,
        link=link,
    )


def send_already_registered(user: User) -> None:
    """Tell the owner of an address that somebody tried to register with it."""
    send_mail(
        user.email,
        "You have an account already",
        "auth/mail_already_registered.txt",
        user=user,
        login_link=external_url("auth.login"),
        reset_link=external_url("auth.request_reset"),
    )


def send_reset(user: User) -> None:
    """Mail the link to choose a new password."""
    link = external_url("auth.reset", token=RESET.token(user))
    send_mail(
        user.email, "Reset your password", "auth/mail_reset.txt", user=user, link=link
    )
