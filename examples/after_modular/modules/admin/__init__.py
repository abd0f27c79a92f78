"""The admin panel: users, tables, event deliveries and the status of the app."""

from kernel import Link, Module

module = Module(
    import_name=__name__,
    title="Admin",
    summary="Manage users, browse every module's tables and check the status.",
    depends_on=("auth",),
    uses=("billing", "blog"),
    links=(Link("Admin", "admin.overview", audience="admin", icon="shield", order=90),),
)
