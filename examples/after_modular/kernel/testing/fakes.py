"""Fakes: ``fake.py`` replaces a module's implementation in the tests of its callers.

It has the functions of ``api.py``, keeps its data in memory, and adds functions with
which a test arranges that data.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from ..exceptions import ModuleError
from ..interfaces import check_provider
from ..manifest import Module


@dataclass(frozen=True, kw_only=True)
class FakeModule(Module):
    """The manifest of a module that is faked: no dependencies, menus or tables.

    Its interface and its events are the real ones. Where ``fake.py`` has a
    ``blueprint``, it is registered, for what the module does to the app as a whole.
    """

    @classmethod
    def of(cls, module: Module) -> FakeModule:
        """Return the fake of ``module``.

        :raises ModuleError: when ``fake.py`` is missing or differs from ``api.py``.
        """
        fake = cls(
            import_name=module.import_name,
            title=module.title,
            summary=module.summary,
            url_prefix=module.url_prefix,
        )
        if api := fake.part("api"):
            if (provider := fake.part("service")) is None:
                raise ModuleError(
                    f"{module.path / 'fake.py'} is missing. Write the functions of "
                    "api.py there, or run pytest with --boot=direct or --boot=all.",
                    error="fake-missing",
                )
            check_provider(api, provider)
        return fake

    def part(self, name: str) -> ModuleType | None:
        """Import a file of the module; ``fake.py`` replaces the implementation."""
        if name in ("api", "events"):
            return super().part(name)
        fake = super().part("fake")
        is_faked = name == "service" or (name == "view" and hasattr(fake, "blueprint"))
        return fake if is_faked else None
