"""All forms of Inkwell."""

import unicodedata
import uuid
from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.exceptions import BadRequest
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from helpers import normalise_email, validated_email
from models import User

COMMON_PASSWORDS = {
    "0123456789",
    "1234567890",
    "12345678910",
    "123456789a",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "a123456789",
    "aaaaaaaaaa",
    "abcdefghij",
    "administrator",
    "iloveyou123",
    "letmein1234",
    "passw0rd123",
    "password12",
    "password123",
    "password1234",
    "passwordpassword",
    "q1w2e3r4t5",
    "qwertyuiop",
    "qwerty12345",
    "qwerty123456",
}


def strip(value: str | None) -> str | None:
    """Take the spaces off both ends."""
    return value.strip() if value else value


def unix_newlines(value: str | None) -> str | None:
    """Browsers send two characters for a line end; people see one."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if value else value


def plain_text(allowed: str = "") -> Callable[[Any, Field], None]:
    """Refuse control characters: neither XML feeds nor mail headers can hold them."""

    def check(form: Any, field: Field) -> None:
        for character in field.data or "":
            if character in allowed:
                continue
            if unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"} or (
                character in "\ufffe\uffff"
            ):
                raise ValidationError("This contains a character that isn't allowed.")

    return check


def email_address(form: Any, field: Field) -> None:
    """Accept an address that could exist, and keep its normal form."""
    try:
        field.data = validated_email(field.data)
    except ValueError as error:
        raise ValidationError(
            "Enter a valid email address, such as ada@example.com."
        ) from error


def not_common(form: Any, field: Field) -> None:
    """Refuse the passwords that are tried first."""
    if field.data.lower() in COMMON_PASSWORDS:
        raise ValidationError("This password is too common.")


def new_password_field(label: str) -> PasswordField:
    """A password to be chosen, with the rules said beside it."""
    return PasswordField(
        label,
        validators=[
            InputRequired("Choose a password."),
            Length(10, 128, "Use 10 to 128 characters."),
            not_common,
        ],
    )


def name_field() -> StringField:
    """A person's name."""
    return StringField(
        "Name",
        filters=[strip],
        validators=[
            DataRequired("Name is required."),
            Length(1, 80, "Use 1 to 80 characters."),
            plain_text(),
        ],
    )


def email_field() -> EmailField:
    """An e-mail address."""
    return EmailField(
        "Email",
        filters=[strip],
        validators=[DataRequired("Email is required."), email_address],
    )


class IdempotencyKeyMixin:
    """A hidden key, so that a form sent twice has one effect."""

    idempotency_key = HiddenField(default=lambda: str(uuid.uuid4()))

    def checked_key(self) -> str:
        """Return the key; a form without one was not ours, so answer 400."""
        sent = self.idempotency_key.raw_data
        try:
            return str(uuid.UUID(sent[0] if sent else ""))
        except ValueError as error:
            raise BadRequest from error


def refuse_known_words(password: str, email: str, name: str) -> None:
    """A password that everybody can read beside it is no secret."""
    if password.strip().casefold() in {email.casefold(), name.casefold()}:
        raise ValidationError("Your password can't be your name or email.")


class RegisterForm(FlaskForm):
    """Open an account."""

    name = name_field()
    email = email_field()
    password = new_password_field("Password (at least 10 characters)")

    def validate_password(self, field: Field) -> None:
        """Neither the address nor the name that stand above it."""
        email = normalise_email(self.email.data or "")
        refuse_known_words(field.data or "", email, self.name.data or "")


class LoginForm(FlaskForm):
    """Log in."""

    email = EmailField("Email", validators=[InputRequired("Enter your email.")])
    password = PasswordField(
        "Password", validators=[InputRequired("Enter your password.")]
    )
    remember = BooleanField("Keep me logged in")


class EmailForm(FlaskForm):
    """Ask for a link by mail."""

    email = email_field()


class NewPasswordForm(FlaskForm):
    """Choose a new password after a reset link."""

    password = new_password_field("New password (at least 10 characters)")

    def __init__(self, user: User) -> None:
        super().__init__()
        self.user = user

    def validate_password(self, field: Field) -> None:
        """Neither the person's address nor their name."""
        refuse_known_words(field.data or "", self.user.email, self.user.name)


class ChangePasswordForm(NewPasswordForm):
    """Choose a new password while logged in."""

    current = PasswordField(
        "Current password", validators=[InputRequired("Enter your current password.")]
    )


class AccountForm(FlaskForm):
    """Change what others see of you."""

    name = name_field()


class DeleteAccountForm(FlaskForm):
    """Say that you mean it."""

    password = PasswordField(
        "Your password", validators=[InputRequired("Enter your password.")]
    )


class SubscribeForm(IdempotencyKeyMixin, FlaskForm):
    """Start to pay for Pro."""


class PostForm(FlaskForm):
    """Write or change a post."""

    title = StringField(
        "Title",
        filters=[strip],
        validators=[
            DataRequired("Title is required."),
            Length(1, 120, "Use 1 to 120 characters."),
            plain_text(),
        ],
    )
    body = TextAreaField(
        "Text (Markdown)",
        filters=[unix_newlines, strip],
        validators=[
            DataRequired("Text is required."),
            Length(1, 20_000, "Use 1 to 20,000 characters."),
            plain_text(allowed="\n\t\u2028\u2029"),
        ],
    )
    action = HiddenField()

    def validate_action(self, field: Field) -> None:
        """The two buttons are the only ways out."""
        if field.data not in {"publish", "draft"}:
            raise ValidationError("Publish the post or save it as a draft.")


class NewPostForm(IdempotencyKeyMixin, PostForm):
    """Write a new post."""


class PreferencesForm(FlaskForm):
    """Choose which mails to get."""

    email = BooleanField("Email me my invoices and payment updates")
