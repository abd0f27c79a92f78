from kernel import Module

module = Module(
    import_name=__name__,
    title="Billing",
    summary="Charges customers.",
)
