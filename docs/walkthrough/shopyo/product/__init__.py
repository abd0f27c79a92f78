"""Product: what we sell."""

from kernel import Link, Module

module = Module(
    import_name=__name__,
    title="Product",
    summary="Lists what we sell.",
    links=(Link("Products", "product.index"),),
)
