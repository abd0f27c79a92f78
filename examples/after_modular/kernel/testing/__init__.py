"""Testing, a pytest plugin: each module alone, with fakes of the modules it calls.

``pytest modules/auth`` imports no code of another module but its manifest, its
``api.py``, its ``events.py`` and its ``fake.py``. The app's ``conftest.py`` loads
:mod:`.plugin`, which has the fixtures, and provides the fixture ``create_app``.
"""

from .apps import AppFactory
from .boot import Boot
from .fakes import FakeModule
from .scenario import Scenario

__all__ = ["AppFactory", "Boot", "FakeModule", "Scenario"]
