"""Published interfaces: how a module calls another one that may not be there."""

from types import ModuleType

from .registry import active_modules


def interface(name: str) -> ModuleType | None:
    """Return the ``api`` of the module called ``name``, or ``None`` without it.

    For the modules that a manifest names in ``uses``; those in ``depends_on`` are
    always there, so their ``api`` is imported.
    """
    module = active_modules().get(name)
    return module.part("api") if module else None
