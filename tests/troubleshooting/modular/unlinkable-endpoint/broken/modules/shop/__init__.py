from kernel import Link, Module

module = Module(
    import_name=__name__,
    title="Shop",
    summary="Sells products.",
    links=(Link("Shop", "shop.home"),),
)
