"""Tokens: the secret part of a link in a mail, good for one purpose and one use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from .models import User, session


@dataclass(frozen=True)
class Purpose:
    """What a link is for, and how long it works."""

    name: str
    lifetime: timedelta

    def token(self, user: User) -> str:
        """Return a token for ``user``; it dies when their security stamp changes."""
        return self._serializer().dumps([user.id, user.security_stamp])

    def user(self, token: str) -> User | None:
        """Return whom the token was made for, or ``None`` if it is not good."""
        max_age = int(self.lifetime.total_seconds())
        try:
            user_id, stamp = self._serializer().loads(token, max_age=max_age)
        except BadData:
            return None
        user = session.get(User, user_id)
        return user if user and user.security_stamp == stamp else None

    def _serializer(self) -> URLSafeTimedSerializer:
        # The salt keeps a token from being used for another purpose.
        # With SECRET_KEY_FALLBACKS, links that an earlier key signed work, too.
        keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.secret_key]
        return URLSafeTimedSerializer(keys, salt=self.name)


CONFIRM = Purpose("confirm", timedelta(days=7))
RESET = Purpose("reset", timedelta(hours=1))
