"""Records what was sold."""

from kernel import Module

module = Module(
    import_name=__name__,
    title="Ledger",
    summary="Records what was sold.",
    depends_on=("shop",),
)
