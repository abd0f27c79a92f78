"""Demo data: the read model is rebuilt from the demo data of the other modules."""

from collections.abc import Iterable

from web.demo import DemoUser

from .projection import rebuild


def load(chunks: Iterable[list[DemoUser]]) -> None:
    """Rebuild the read model, because demo data is added without events."""
    for _ in chunks:
        pass  # advances the progress bar
    rebuild()
