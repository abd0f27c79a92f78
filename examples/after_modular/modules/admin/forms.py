"""The form of the admin panel."""

from wtforms import HiddenField
from wtforms.validators import AnyOf

from modules.auth.api import ROLES
from web.forms import Form


class RoleForm(Form):
    """Give somebody a role; each button is one."""

    role = HiddenField(
        validators=[
            AnyOf(ROLES, message=f"Choose one of these roles: {', '.join(ROLES)}.")
        ]
    )
