"""The dashboard: metrics of the site and of the user."""

from kernel import Link, Module

module = Module(
    import_name=__name__,
    title="Dashboard",
    summary="Shows metrics and charts from a read model (projection).",
    depends_on=("auth",),
    # The metrics and the chart of a module that is not installed are left out.
    uses=("billing", "blog", "notifications"),
    links=(
        Link(
            "Dashboard",
            "dashboard.index",
            audience="member",
            icon="layout-dashboard",
            order=10,
        ),
    ),
    start="dashboard.index",
)
