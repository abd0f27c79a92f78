"""The form of notifications."""

from wtforms import BooleanField

from web.forms import Form


class PreferencesForm(Form):
    """Choose which mails to get."""

    email = BooleanField("Email me my invoices and payment updates")
