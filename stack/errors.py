"""The error of the stack."""


class StackError(RuntimeError):
    """A process did not start or stop, or a program is not installed."""
