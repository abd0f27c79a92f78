"""What this module knows about a person."""

from collections.abc import Mapping

from .models import User, session


def export(user_id: int) -> Mapping[str, object]:
    """Return the person's data for the export of their account."""
    user = session.get_one(User, user_id)
    return {
        "account": {
            "name": user.name,
            "email": user.email,
            "role": user.role,
            "created_at": user.created_at.isoformat(),
            "confirmed_at": user.confirmed_at and user.confirmed_at.isoformat(),
        }
    }
