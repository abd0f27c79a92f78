"""The form of notifications."""

from flask_wtf import FlaskForm
from wtforms import BooleanField


class PreferencesForm(FlaskForm):
    """Choose which mails to get."""

    email = BooleanField("Email me my invoices and payment updates")
