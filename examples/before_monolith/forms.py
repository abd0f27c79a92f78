"""All forms of Inkwell."""

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

from helpers import MAX_EMAIL_LENGTH, normalise_email, validated_email
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
    """Take the spaces off both ends."""
    return value.strip() if value else value


def unix_newlines(value: str | None) -> str | None:
    """Browsers send two characters for a line end; people see one."""
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
    """Refuse control characters: neither XML feeds nor mail headers can hold them."""

    def check(form: Any, field: Field) -> None:
        for character in field.data or "":
            if character in allowed:
                continue
            if unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"} or (
                character in "\ufffe\uffff"
            ):
                raise ValidationError("This holds a character that can't be shown.")

    return check


email_length = BoundedLength(
    max=MAX_EMAIL_LENGTH, message=f"Use at most {MAX_EMAIL_LENGTH} characters."
)
password_length = BoundedLength(max=128, message="Use at most 128 characters.")


def email_address(form: Any, field: Field) -> None:
    """Accept an address that could exist, and keep its normal form."""
    try:
        field.data = validated_email(field.data)
    except ValueError as error:
        raise ValidationError(
            "This is not an e-mail address, such as ada@example.com."
        ) from error


def not_common(form: Any, field: Field) -> None:
    """Refuse the passwords that are tried first."""
    if field.data.lower() in COMMON_PASSWORDS:
        raise ValidationError("Too many people use this password. Choose another.")


def new_password_field(label: str) -> PasswordField:
    """A password to be chosen, with the rules said beside it."""
    return PasswordField(
        label,
        validators=[
            InputRequired("Choose a password."),
            BoundedLength(10, 128, "Use 10 to 128 characters."),
            not_common,
        ],
    )


def name_field() -> StringField:
    """A person's name."""
    return StringField(
        "Name",
        filters=[strip],
        validators=[
            InputRequired("Tell us your name."),
            DataRequired("Tell us your name."),
            BoundedLength(1, 80, "Use 1 to 80 characters."),
            plain_text(),
        ],
    )


def email_field() -> EmailField:
    """An e-mail address."""
    return EmailField(
        "E-mail",
        filters=[strip],
        validators=[
            DataRequired("Tell us your e-mail address."),
            email_length,
            email_address,
        ],
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
        raise ValidationError("Use something else than your name or e-mail.")


class RegisterForm(Form):
    """Open an account."""

    name = name_field()
    email = email_field()
    password = new_password_field("Password (at least 10 characters)")

    def validate_password(self, field: Field) -> None:
        """Neither the address nor the name that stand above it."""
        email = normalise_email(self.email.data or "")
        refuse_known_words(field.data or "", email, self.name.data or "")


class LoginForm(Form):
    """Log in."""

    email = EmailField(
        "E-mail",
        filters=[strip],
        validators=[DataRequired("Type your e-mail."), email_length],
    )
    password = PasswordField(
        "Password", validators=[InputRequired("Type your password."), password_length]
    )
    remember = BooleanField("Keep me logged in on this computer")


class EmailForm(Form):
    """Ask for a link by mail."""

    email = email_field()


class NewPasswordForm(Form):
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
        "Current password",
        validators=[InputRequired("Type your current password."), password_length],
    )


class AccountForm(Form):
    """Change what others see of you."""

    name = name_field()


class DeleteAccountForm(Form):
    """Say that you mean it."""

    password = PasswordField(
        "Your password",
        validators=[InputRequired("Type your password."), password_length],
    )


class SubscribeForm(IdempotencyKeyMixin, Form):
    """Start to pay for Pro."""


class PostForm(Form):
    """Write or change a post."""

    title = StringField(
        "Title",
        filters=[strip],
        validators=[
            InputRequired("Give it a title."),
            DataRequired("Give it a title."),
            BoundedLength(1, 120, "Use 1 to 120 characters."),
            plain_text(),
        ],
    )
    body = TextAreaField(
        "Text (Markdown)",
        filters=[unix_newlines, strip],
        validators=[
            InputRequired("Write something."),
            DataRequired("Write something."),
            BoundedLength(1, 20_000, "Use 1 to 20,000 characters."),
            plain_text(allowed="\n\t\u2028\u2029"),
        ],
    )
    action = HiddenField()

    def validate_action(self, field: Field) -> None:
        """The two buttons are the only ways out."""
        if field.data not in {"publish", "draft"}:
            raise ValidationError("Choose to publish it or to keep it as a draft.")


class NewPostForm(IdempotencyKeyMixin, PostForm):
    """Write a new post."""


class PreferencesForm(Form):
    """Choose which mails to get."""

    email = BooleanField("Send me my invoices and payment news by mail, too")
