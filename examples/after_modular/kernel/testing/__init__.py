"""Testing: each module alone, with stand-ins for the modules that it calls.

``pytest modules/billing`` imports no code of another module but its manifest, its
``events.py`` and its stand-in. ``conftest.py`` loads :mod:`.plugin`, which has the
fixtures.
"""

from .boot import Boot
from .interfaces import differences
from .scenario import Scenario

__all__ = ["Boot", "Scenario", "differences"]
