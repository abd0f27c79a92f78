"""The form of the admin panel."""

from wtforms import HiddenField
from wtforms.validators import AnyOf

from modules.auth.api import ROLES
from web.forms import Form


class RoleForm(Form):
    """Change the role of a user."""

    role = HiddenField(
        validators=[
            AnyOf(ROLES, message=f"Choose one of these roles: {', '.join(ROLES)}.")
        ]
    )
