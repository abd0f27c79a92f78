"""What the forms of several modules share."""

import uuid

from werkzeug.exceptions import BadRequest
from wtforms import HiddenField


class IdempotencyKeyMixin:
    """A hidden key in a form, so that sending the form twice has one effect."""

    idempotency_key = HiddenField(default=lambda: str(uuid.uuid4()))

    def checked_key(self) -> str:
        """Return the key; answer 400 to a form without one: it was not ours."""
        try:
            return str(uuid.UUID(self.idempotency_key.data or ""))
        except ValueError:
            raise BadRequest("The form was not complete. Please try again.") from None
