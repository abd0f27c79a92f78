"""The forms of accounts."""

from typing import Any

from wtforms import BooleanField, EmailField, Field, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from web.forms import BoundedLength, Form, PlainText, strip

from .addresses import MAX_LENGTH, comparable_address, valid_address
from .passwords import COMMON_PASSWORDS

email_length = BoundedLength(
    max=MAX_LENGTH, message=f"Use at most {MAX_LENGTH} characters."
)
password_length = BoundedLength(max=128, message="Use at most 128 characters.")


def email_address(form: Any, field: Field) -> None:
    """Accept an address that could exist, and keep its normal form."""
    try:
        field.data = valid_address(field.data)
    except ValueError:
        raise ValidationError(
            "Enter a valid email address, such as ada@example.com."
        ) from None


def not_common(form: Any, field: Field) -> None:
    """Refuse the passwords that are tried first."""
    if field.data.lower() in COMMON_PASSWORDS:
        raise ValidationError("This password is too common.")


def name_field() -> StringField:
    """Return the field of a person's name."""
    return StringField(
        "Name",
        filters=[strip],
        validators=[
            InputRequired("Name is required."),
            DataRequired("Name is required."),
            BoundedLength(1, 80, "Use 1 to 80 characters."),
            PlainText(),
        ],
    )


def email_field() -> EmailField:
    """Return the field of an e-mail address."""
    return EmailField(
        "Email",
        filters=[strip],
        validators=[
            DataRequired("Email is required."),
            email_length,
            email_address,
        ],
    )


def password_field(label: str) -> PasswordField:
    """Return the field of a password that somebody has."""
    return PasswordField(
        label, validators=[InputRequired("Enter your password."), password_length]
    )


def new_password_field(label: str) -> PasswordField:
    """Return the field of a password that a user chooses."""
    return PasswordField(
        label,
        validators=[
            InputRequired("Choose a password."),
            BoundedLength(10, 128, "Use 10 to 128 characters."),
            not_common,
        ],
    )


class NewPasswordForm(Form):
    """Choose a password.

    :param known: what others know of the person, and so is no secret.
    """

    password = new_password_field("New password (at least 10 characters)")

    def __init__(self, *args: Any, known: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def validate_password(self, field: Field) -> None:
        """Refuse what stands beside it on the screen."""
        if (field.data or "").strip().casefold() in map(str.casefold, self.known):
            raise ValidationError("Your password can't be your name or email.")


class RegisterForm(NewPasswordForm):
    """Open an account."""

    name = name_field()
    email = email_field()
    password = new_password_field("Password (at least 10 characters)")

    def validate_password(self, field: Field) -> None:
        """Refuse what stands beside it on the screen."""
        self.known = (self.name.data or "", comparable_address(self.email.data or ""))
        super().validate_password(field)


class LoginForm(Form):
    """Log in."""

    email = EmailField(
        "Email",
        filters=[strip],
        validators=[DataRequired("Enter your email."), email_length],
    )
    password = password_field("Password")
    remember = BooleanField("Keep me logged in")


class EmailForm(Form):
    """Ask for a link by mail."""

    email = email_field()


class ChangePasswordForm(NewPasswordForm):
    """Choose a new password while logged in."""

    current = PasswordField(
        "Current password",
        validators=[InputRequired("Enter your current password."), password_length],
    )


class AccountForm(Form):
    """Change what others see of you."""

    name = name_field()


class DeleteAccountForm(Form):
    """Say that you mean it."""

    password = password_field("Your password")
