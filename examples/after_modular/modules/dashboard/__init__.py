"""The dashboard: how the site, and one's own writing, are doing."""

from kernel import Link, Module

module = Module(
    import_name=__name__,
    title="Dashboard",
    summary="Shows metrics and charts from a read model (projection).",
    depends_on=("auth",),
    # Without one of these, its figures and its chart are left out.
    uses=("billing", "blog", "notifications"),
    links=(Link("Dashboard", "dashboard.index", audience="member"),),
    start="dashboard.index",
)
