"""What can be wrong before the first request."""


class StartupError(SystemExit):
    """The app can't start; the message says why and what to do.

    A :class:`SystemExit`, so that every server and the ``flask`` command print the
    one line and no traceback.
    """


class ModuleError(StartupError):
    """A module can't be used as it stands on disk."""
