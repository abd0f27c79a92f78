"""Access control for views."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort
from flask_login import current_user, login_required

P = ParamSpec("P")
T = TypeVar("T")


def admin_required(view: Callable[P, T]) -> Callable[P, T]:
    """Allow only admins: other users get 403, anonymous users the login page."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        if not current_user.is_admin:
            abort(403)
        return view(*args, **kwargs)

    protected: Callable[P, T] = login_required(guarded)
    return protected
