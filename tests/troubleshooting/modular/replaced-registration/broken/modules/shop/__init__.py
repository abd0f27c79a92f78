from kernel import Module

module = Module(
    import_name=__name__,
    title="Shop",
    summary="Sells products.",
    critical=True,
)
