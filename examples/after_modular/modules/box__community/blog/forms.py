"""The forms of the blog."""

from typing import TypedDict

from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from web.forms import (
    BoundedLength,
    Form,
    IdempotencyKeyMixin,
    PlainText,
    strip,
    text_of,
    unix_newlines,
)

from . import text

TOO_COMPLEX = "This text has too many links or table cells."


class Content(TypedDict):
    """The data of a submitted form, in the types that ``posts.py`` takes."""

    title: str
    body: str
    public: bool


class PostForm(Form):
    """Edit a post."""

    title = StringField(
        "Title",
        filters=[strip],
        validators=[
            InputRequired("Title is required."),  # submitted ...
            DataRequired("Title is required."),  # ... and not blank
            BoundedLength(1, 120, "Use 1 to 120 characters."),
            PlainText(),
        ],
    )
    body = TextAreaField(
        "Text (Markdown)",
        filters=[unix_newlines, strip],
        validators=[
            InputRequired("Text is required."),  # submitted ...
            DataRequired("Text is required."),  # ... and not blank
            BoundedLength(1, 20_000, "Use 1 to 20,000 characters."),
            PlainText(allowed="\n\t\u2028\u2029"),
        ],
    )
    action = HiddenField()

    def validate_body(self, field: Field) -> None:
        """Refuse a text that takes too long to render."""
        try:
            text.render(field.data or "")
        except text.TooComplexError:
            raise ValidationError(TOO_COMPLEX) from None

    def validate_action(self, field: Field) -> None:
        """Refuse values that are not those of the two buttons."""
        if field.data not in ("publish", "draft"):
            raise ValidationError("Publish the post or save it as a draft.")

    @property
    def content(self) -> Content:
        """The submitted data."""
        return Content(
            title=text_of(self.title),
            body=text_of(self.body),
            public=self.action.data == "publish",
        )


class NewPostForm(IdempotencyKeyMixin, PostForm):
    """Write a post."""
