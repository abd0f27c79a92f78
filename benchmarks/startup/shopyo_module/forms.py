"""The form that our scaffold writes."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class EntryForm(FlaskForm):
    """Add a line to the list."""

    text = StringField(
        "Text",
        validators=[
            InputRequired("Text is required."),
            Length(1, 200, "Use 1 to 200 characters."),
        ],
    )
