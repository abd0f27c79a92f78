"""Notifications: what happened to a person, on the site and by mail."""

from kernel import Link, Module

module = Module(
    import_name=__name__,
    title="Notifications",
    summary="Tells people what happened, on the site and by mail.",
    depends_on=("auth",),
    uses=("billing", "blog"),
    links=(
        Link("Notifications", "notifications.index", audience="member"),
        Link("Notification settings", "notifications.preferences", menu="account"),
    ),
)
