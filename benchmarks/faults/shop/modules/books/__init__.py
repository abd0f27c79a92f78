"""Keeps the books."""

from kernel.manifest import Module

module = Module(
    import_name=__name__,
    title="Books",
    summary="Writes down what was sold.",
    depends_on=("shop",),
)
