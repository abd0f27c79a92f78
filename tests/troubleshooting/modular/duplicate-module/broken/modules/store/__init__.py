from kernel import Module

module = Module(
    import_name=__name__,
    title="Store",
    summary="Store.",
)
