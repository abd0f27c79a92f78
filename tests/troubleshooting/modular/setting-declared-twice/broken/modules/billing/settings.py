from dataclasses import dataclass

from kernel import ModuleSettings


@dataclass(frozen=True, kw_only=True)
class Settings(ModuleSettings):
    CURRENCY: str = "EUR"
