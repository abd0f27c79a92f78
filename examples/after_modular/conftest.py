"""What every test starts from: the fixtures of ``kernel/testing/plugin.py``."""

pytest_plugins = ["kernel.testing.plugin"]
