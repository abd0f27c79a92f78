"""Forms: the base class, filters, validators and the idempotency key."""

import unicodedata
import uuid
from typing import Any

from flask import abort, request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField
from wtforms.validators import Length, StopValidation, ValidationError


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


def text_of(field: StringField) -> str:
    """Return the text of a field; ``""`` if none was submitted."""
    return field.data or ""


def strip(value: str | None) -> str | None:
    """Remove white space at both ends."""
    return value.strip() if value else value


def unix_newlines(value: str | None) -> str | None:
    """Convert line endings to ``\\n``; browsers submit ``\\r\\n``."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if value else value


class BoundedLength(Length):
    """Refuse text of a wrong length before other validators spend time on it."""

    def __call__(self, form: Any, field: StringField) -> None:
        """Raise ``StopValidation`` if the text is too short or too long."""
        try:
            super().__call__(form, field)
        except ValidationError as error:
            raise StopValidation(str(error)) from None


class PlainText:
    """Refuse control characters, which are invalid in feeds and mail headers.

    :param allowed: exceptions, such as ``"\\n\\t"``.
    """

    def __init__(self, allowed: str = "") -> None:
        self.allowed = allowed

    def __call__(self, form: Any, field: Field) -> None:
        """Raise ``ValidationError`` if the field contains a control character."""
        for character in field.data or "":
            if character not in self.allowed and _is_control(character):
                raise ValidationError("This contains a character that isn't allowed.")


def _is_control(character: str) -> bool:
    category = unicodedata.category(character)
    return category in ("Cc", "Zl", "Zp", "Cs") or character in "\ufffe\uffff"


class IdempotencyKeyMixin:
    """A hidden idempotency key: a form that is submitted twice has one effect."""

    idempotency_key = HiddenField(default=lambda: str(uuid.uuid4()))

    def checked_key(self) -> str:
        """Return the submitted key; a missing or invalid one is answered with 400."""
        # The field's `data` is not used: it is a new key if none was submitted.
        sent = self.idempotency_key.raw_data
        try:
            return str(uuid.UUID(sent[0] if sent else ""))
        except ValueError:
            abort(400)
