"""Notifications for users, on the site and by email."""

from kernel import Link, Module

module = Module(
    import_name=__name__,
    title="Notifications",
    summary="Notifies users on the site and by email.",
    depends_on=("auth",),
    uses=("billing", "blog"),
    links=(
        Link("Notifications", "notifications.index", audience="member", icon="bell"),
        Link(
            "Notification settings",
            "notifications.preferences",
            menu="account",
            icon="sliders-horizontal",
        ),
    ),
)
