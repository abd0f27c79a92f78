"""The form of notifications."""

from flask_wtf import FlaskForm
from wtforms import BooleanField


class PreferencesForm(FlaskForm):
    """Choose which mails to get."""

    email = BooleanField("Send me my invoices and payment news by mail, too")
