"""What goes wrong with a stack."""


class StackError(RuntimeError):
    """A process did not start or stop, or what it needs is not on this machine."""
