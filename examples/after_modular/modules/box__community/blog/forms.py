"""The forms of the blog."""

from typing import TypedDict

from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, ValidationError

from web.forms import (
    BoundedLength,
    Form,
    IdempotencyKeyMixin,
    PlainText,
    strip,
    unix_newlines,
)


class Content(TypedDict):
    """What a form says about a post."""

    title: str
    body: str
    public: bool


class PostForm(Form):
    """Change a post."""

    title = StringField(
        "Title",
        filters=[strip],
        validators=[
            DataRequired("Title is required."),
            BoundedLength(1, 120, "Use 1 to 120 characters."),
            PlainText(),
        ],
    )
    body = TextAreaField(
        "Text (Markdown)",
        filters=[unix_newlines, strip],
        validators=[
            DataRequired("Text is required."),
            BoundedLength(1, 20_000, "Use 1 to 20,000 characters."),
            PlainText(allowed="\n\t\u2028\u2029"),
        ],
    )
    action = HiddenField()

    def validate_action(self, field: Field) -> None:
        """Accept the two buttons as the only ways out."""
        if field.data not in ("publish", "draft"):
            raise ValidationError("Publish the post or save it as a draft.")

    @property
    def content(self) -> Content:
        """The post as the author wants it to be."""
        return Content(
            title=self.title.data or "",
            body=self.body.data or "",
            public=self.action.data == "publish",
        )


class NewPostForm(IdempotencyKeyMixin, PostForm):
    """Write a post."""
