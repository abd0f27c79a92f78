"""The menus: the links of the manifests, filtered by the user's role."""

from typing import Any, NamedTuple

from flask import Flask, current_app, request, url_for

from kernel import Kernel, Module, ModuleError, current_kernel
from kernel.manifest import Audience, Menu

from .extension_points import MENU_BADGES

EXTENSION = "navigation"


class Item(NamedTuple):
    """A link as the layout renders it."""

    label: str
    href: str
    method: str
    icon: str
    endpoint: str


def init_app(app: Flask) -> None:
    """Add the menus to all templates."""
    app.extensions[EXTENSION] = {}
    Kernel.of(app).module_checks.append(check)
    app.jinja_env.globals.update(
        navigation=navigation, current_entry=current_entry, menu_badges=menu_badges
    )


def check(app: Flask, module: Module) -> None:
    """Check the links of a module, because a broken one would break every page.

    :raises ModuleError: for an endpoint that does not exist or whose URL has variables.
    """
    starts = [module.start] if module.start else []
    for endpoint in [*(link.endpoint for link in module.links), *starts]:
        known = endpoint in app.view_functions
        rules = app.url_map.iter_rules(endpoint) if known else ()
        if all(rule.arguments for rule in rules):
            raise ModuleError(
                f"{module.path / '__init__.py'}: {endpoint!r} can't be linked. Name "
                "the endpoint of a page whose URL has no variables.",
                error="unlinkable-endpoint",
            )


def navigation(user: Any, menu: Menu = "main") -> list[Item]:
    """Return the links of a menu for a user.

    They are cached, because a dozen calls of ``url_for`` would take half the time of a
    page.

    :param user: Flask-Login's current user, or ``None`` for an anonymous user.
    """
    key = (request.script_root, _audience(user), menu)
    built: dict[tuple[str, Audience, Menu], list[Item]]
    built = current_app.extensions[EXTENSION]
    if key not in built:
        built[key] = _build(key[1], menu)
    return built[key]


def current_entry(user: Any) -> str:
    """Return the URL of the menu entry of the requested page; ``""`` if none."""
    path = request.script_root + request.path
    items = (*navigation(user), *navigation(user, "user"))
    return max((i.href for i in items if path.startswith(i.href)), key=len, default="")


def menu_badges(user: Any) -> dict[str, int]:
    """Return the numbers to show beside menu entries, by endpoint.

    A module whose contribution fails has no badges; its error is logged.
    """
    badges: dict[str, int] = {}
    for module, contribution in MENU_BADGES.contributions():
        try:
            badges |= contribution.badges(user.id)
        except Exception:
            current_app.logger.exception("The badges of %r failed", module.name)
    return badges


def start_url() -> str:
    """Return the URL to open after login: a module's ``start``, or the home page."""
    starts = (module.start for module in current_kernel.active.values() if module.start)
    return url_for(next(starts, "pages.home"))


def _audience(user: Any) -> Audience:
    if not user or not user.is_authenticated:
        return "anonymous"
    return "admin" if user.is_admin else "member"


def _build(audience: Audience, menu: Menu) -> list[Item]:
    shown = {"everyone", audience} | ({"member"} if audience == "admin" else set())
    links = [
        link
        for module in current_kernel.active.values()
        for link in module.links
        if link.menu == menu and link.audience in shown
    ]
    return [
        Item(link.label, url_for(link.endpoint), link.method, link.icon, link.endpoint)
        for link in sorted(links, key=lambda link: link.order)
    ]
