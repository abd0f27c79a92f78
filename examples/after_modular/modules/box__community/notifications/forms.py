"""The form of notifications."""

from wtforms import BooleanField

from web.forms import Form


class PreferencesForm(Form):
    """Choose which notifications to receive by email."""

    email = BooleanField("Email me my invoices and payment updates")
