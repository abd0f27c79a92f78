"""Who may see a page."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort
from flask_login import current_user, login_required

from kernel.interfaces import anywhere

P = ParamSpec("P")
T = TypeVar("T")


@anywhere
def admin_required(view: Callable[P, T]) -> Callable[P, T]:
    """Let only admins in: others get 403, and the anonymous are asked to log in."""

    @login_required
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        if not current_user.is_admin:
            abort(403)
        return view(*args, **kwargs)

    return guarded
