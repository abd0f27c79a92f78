"""Sends mails: what no rollback takes back."""

from kernel.manifest import Module

module = Module(
    import_name=__name__,
    title="Post",
    summary="Sends a receipt for each order.",
    depends_on=("shop",),
)
