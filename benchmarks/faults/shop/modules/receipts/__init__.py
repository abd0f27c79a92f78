"""Sends emails, which no rollback undoes."""

from kernel import Module

module = Module(
    import_name=__name__,
    title="Receipts",
    summary="Sends a receipt for each order.",
    depends_on=("shop",),
)
