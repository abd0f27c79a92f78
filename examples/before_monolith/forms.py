"""The forms of Inkwell."""

import unicodedata
import uuid
from collections.abc import Callable
from typing import Any

from flask import request
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
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    StopValidation,
    ValidationError,
)

from helpers import (
    MAX_EMAIL_LENGTH,
    TooComplexError,
    normalize_email,
    render_markdown,
    validated_email,
)
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


class Form(FlaskForm):
    """The base class of every form: it reads form fields and nothing else."""

    class Meta(FlaskForm.Meta):
        """Configure WTForms."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Return the submitted fields, or ``None`` for a form that is only shown.

            Flask-WTF would also read a JSON body, which no rate limit sees, and
            uploaded files, which no text field can hold.
            """
            return request.form if form.is_submitted() else None


def strip(value: str | None) -> str | None:
    """Remove whitespace at both ends."""
    return value.strip() if value else value


def unix_newlines(value: str | None) -> str | None:
    """Convert line endings to one character, so that they count as one."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if value else value


class BoundedLength(Length):
    """Refuse text of a wrong length before other validators spend time on it."""

    def __call__(self, form: Any, field: StringField) -> None:
        """Raise ``StopValidation`` if the text is too short or too long."""
        try:
            super().__call__(form, field)
        except ValidationError as error:
            raise StopValidation(str(error)) from None


def plain_text(allowed: str = "") -> Callable[[Any, Field], None]:
    """Return a validator that refuses control characters except the allowed ones.

    XML feeds and mail headers can't contain control characters.
    """

    def check(form: Any, field: Field) -> None:
        for character in field.data or "":
            if character in allowed:
                continue
            if unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"} or (
                character in "\ufffe\uffff"
            ):
                raise ValidationError("This contains a character that isn't allowed.")

    return check


email_length = BoundedLength(
    max=MAX_EMAIL_LENGTH, message=f"Use at most {MAX_EMAIL_LENGTH} characters."
)
password_length = BoundedLength(max=128, message="Use at most 128 characters.")


def email_address(form: Any, field: Field) -> None:
    """Validate an email address and normalize it."""
    try:
        field.data = validated_email(field.data)
    except ValueError as error:
        raise ValidationError(
            "Enter a valid email address, such as ada@example.com."
        ) from error


def not_common(form: Any, field: Field) -> None:
    """Refuse the most common passwords."""
    if field.data.lower() in COMMON_PASSWORDS:
        raise ValidationError("This password is too common.")


def new_password_field(label: str) -> PasswordField:
    """Return a field for a new password."""
    return PasswordField(
        label,
        validators=[
            InputRequired("Choose a password."),
            BoundedLength(10, 128, "Use 10 to 128 characters."),
            not_common,
        ],
    )


def name_field() -> StringField:
    """Return a field for a user's name."""
    return StringField(
        "Name",
        filters=[strip],
        validators=[
            InputRequired("Name is required."),
            DataRequired("Name is required."),
            BoundedLength(1, 80, "Use 1 to 80 characters."),
            plain_text(),
        ],
    )


def email_field() -> EmailField:
    """Return a field for an email address."""
    return EmailField(
        "Email",
        filters=[strip],
        validators=[
            DataRequired("Email is required."),
            email_length,
            email_address,
        ],
    )


class IdempotencyKeyMixin:
    """A hidden idempotency key, so that submitting a form twice has one effect."""

    idempotency_key = HiddenField(default=lambda: str(uuid.uuid4()))

    def checked_key(self) -> str:
        """Return the key, or respond with 400 if it is missing or not a UUID."""
        sent = self.idempotency_key.raw_data
        try:
            return str(uuid.UUID(sent[0] if sent else ""))
        except ValueError as error:
            raise BadRequest from error


def refuse_email_or_name(password: str, email: str, name: str) -> None:
    """Refuse a password that equals the user's email address or name."""
    if password.strip().casefold() in {email.casefold(), name.casefold()}:
        raise ValidationError("Your password can't be your name or email.")


class RegisterForm(Form):
    """The form to sign up."""

    name = name_field()
    email = email_field()
    password = new_password_field("Password (at least 10 characters)")

    def validate_password(self, field: Field) -> None:
        """Refuse the submitted email address and name as the password."""
        email = normalize_email(self.email.data or "")
        refuse_email_or_name(field.data or "", email, self.name.data or "")


class LoginForm(Form):
    """The login form."""

    email = EmailField(
        "Email",
        filters=[strip],
        validators=[DataRequired("Enter your email."), email_length],
    )
    password = PasswordField(
        "Password", validators=[InputRequired("Enter your password."), password_length]
    )
    remember = BooleanField("Keep me logged in")


class EmailForm(Form):
    """The form to request a link by mail."""

    email = email_field()


class NewPasswordForm(Form):
    """The form to set a new password after a reset."""

    password = new_password_field("New password (at least 10 characters)")

    def __init__(self, user: User) -> None:
        super().__init__()
        self.user = user

    def validate_password(self, field: Field) -> None:
        """Refuse the user's email address and name as the password."""
        refuse_email_or_name(field.data or "", self.user.email, self.user.name)


class ChangePasswordForm(NewPasswordForm):
    """The form to change the password."""

    current = PasswordField(
        "Current password",
        validators=[InputRequired("Enter your current password."), password_length],
    )


class AccountForm(Form):
    """The form to edit the public profile."""

    name = name_field()


class DeleteAccountForm(Form):
    """The form to confirm the deletion of an account."""

    password = PasswordField(
        "Your password",
        validators=[InputRequired("Enter your password."), password_length],
    )


class SubscribeForm(IdempotencyKeyMixin, Form):
    """The form to subscribe to Pro."""


class PostForm(Form):
    """The form to edit a post."""

    title = StringField(
        "Title",
        filters=[strip],
        validators=[
            InputRequired("Title is required."),
            DataRequired("Title is required."),
            BoundedLength(1, 120, "Use 1 to 120 characters."),
            plain_text(),
        ],
    )
    body = TextAreaField(
        "Text (Markdown)",
        filters=[unix_newlines, strip],
        validators=[
            InputRequired("Text is required."),
            DataRequired("Text is required."),
            BoundedLength(1, 20_000, "Use 1 to 20,000 characters."),
            plain_text(allowed="\n\t\u2028\u2029"),
        ],
    )
    action = HiddenField()

    def validate_body(self, field: Field) -> None:
        """Refuse a text that takes too long to render."""
        try:
            render_markdown(field.data or "")
        except TooComplexError:
            raise ValidationError(
                "This text has too many links or table cells."
            ) from None

    def validate_action(self, field: Field) -> None:
        """Accept the values of the two buttons only."""
        if field.data not in {"publish", "draft"}:
            raise ValidationError("Publish the post or save it as a draft.")


class NewPostForm(IdempotencyKeyMixin, PostForm):
    """The form to create a post."""


class PreferencesForm(Form):
    """The form to edit the notification preferences."""

    email = BooleanField("Email me my invoices and payment updates")
