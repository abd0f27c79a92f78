"""The menus: the links of the manifests, for those who may follow them."""

from typing import Any, NamedTuple

from flask import Flask, current_app, request, url_for

from kernel import Kernel, Module, ModuleError, current_kernel
from kernel.manifest import Audience, Menu

EXTENSION = "navigation"


class Item(NamedTuple):
    """A link as the layout prints it."""

    label: str
    href: str
    method: str


def init_app(app: Flask) -> None:
    """Give ``navigation(user, menu)`` to every template."""
    app.extensions[EXTENSION] = {}
    Kernel.of(app).module_checks.append(check)
    app.jinja_env.globals["navigation"] = navigation


def check(app: Flask, module: Module) -> None:
    """Check that the links of a module lead to pages; every page shows the menus.

    :raises ModuleError: when there is no such page, or its URL has a variable part.
    """
    starts = [module.start] if module.start else []
    for endpoint in [*(link.endpoint for link in module.links), *starts]:
        known = endpoint in app.view_functions
        rules = app.url_map.iter_rules(endpoint) if known else ()
        if all(rule.arguments for rule in rules):
            raise ModuleError(
                f"{module.path / '__init__.py'}: {endpoint!r} is no page to link to. "
                "Name the endpoint of a page whose URL has no variable part."
            )


def navigation(user: Any, menu: Menu = "main") -> list[Item]:
    """Return the links for ``user``: Flask-Login's current user, or an undefined one.

    They are built once: a dozen ``url_for`` would be half the cost of a page.
    """
    key = (request.script_root, _audience(user), menu)
    built: dict[tuple[str, Audience, Menu], list[Item]]
    built = current_app.extensions[EXTENSION]
    if key not in built:
        built[key] = _build(key[1], menu)
    return built[key]


def start_url() -> str:
    """Return where people arrive when they have logged in: home, if no module says."""
    starts = (module.start for module in current_kernel.active.values() if module.start)
    return url_for(next(starts, "pages.home"))


def _audience(user: Any) -> Audience:
    if not user or not user.is_authenticated:
        return "anonymous"
    return "admin" if user.is_admin else "member"


def _build(audience: Audience, menu: Menu) -> list[Item]:
    shown = {"everyone", audience} | ({"member"} if audience == "admin" else set())
    return [
        Item(link.label, url_for(link.endpoint), link.method)
        for module in current_kernel.active.values()
        for link in module.links
        if link.menu == menu and link.audience in shown
    ]
