"""The settings of the remote modules."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from kernel.exceptions import StartupError
from kernel.settings import ModuleSettings


@dataclass(frozen=True, kw_only=True)
class RemoteSettings(ModuleSettings):
    """The modules that run in other processes, such as ``billing=http://host:8000``."""

    REMOTE_MODULES: tuple[str, ...] = ()

    def check(self) -> None:
        """Refuse an entry without an address."""
        for entry in self.REMOTE_MODULES:
            name, _, url = entry.partition("=")
            address = urlsplit(url)
            if (
                not name
                or address.scheme not in ("http", "https")
                or not address.netloc
            ):
                raise StartupError(
                    f"REMOTE_MODULES has {entry!r}: write it like "
                    "billing=http://10.0.0.7:8000, and separate entries with commas.",
                    error="invalid-remote-modules",
                )

    def urls(self) -> dict[str, str]:
        """Return the addresses by the names of the modules."""
        pairs = (entry.partition("=") for entry in self.REMOTE_MODULES)
        return {name: url.rstrip("/") for name, _, url in pairs}
