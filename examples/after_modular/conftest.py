"""What every test starts from: the fixtures of ``tools/testing/plugin.py``."""

pytest_plugins = ["tools.testing.plugin"]
