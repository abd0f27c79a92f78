"""The admin panel: users, the data of every module, and what runs."""

from kernel import Link, Module

module = Module(
    import_name=__name__,
    title="Admin",
    summary="Find and manage users, look at each module's data, see what runs.",
    depends_on=("auth",),
    uses=("billing", "blog"),
    links=(Link("Admin", "admin.overview", audience="admin"),),
)
