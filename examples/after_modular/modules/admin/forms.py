"""The form of the admin panel."""

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import AnyOf

from modules.auth.api import ROLES


class RoleForm(FlaskForm):
    """Give somebody a role; each button is one."""

    role = HiddenField(
        validators=[
            AnyOf(ROLES, message=f"Choose one of these roles: {', '.join(ROLES)}.")
        ]
    )
