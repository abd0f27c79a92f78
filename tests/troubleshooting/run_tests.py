"""Run the tests of ``test_app.py`` in this folder; print the first traceback."""

import importlib

module = importlib.import_module("test_app")
for name, function in vars(module).items():
    if name.startswith("test_"):
        function()
