"""Accounts: who somebody is, and what they may do."""

from kernel import Link, Module

module = Module(
    import_name=__name__,
    title="Accounts",
    summary="Sign up, log in, reset a password, export and delete an account.",
    critical=True,
    links=(
        Link("Log in", "auth.login", audience="anonymous", menu="user"),
        Link("Sign up", "auth.register", audience="anonymous", menu="user"),
        Link(
            "Account", "auth.account", audience="member", menu="user", icon="user-round"
        ),
        Link(
            "Log out",
            "auth.logout",
            audience="member",
            menu="user",
            method="post",
            icon="log-out",
        ),
        Link(
            "Your sessions",
            "auth.list_sessions",
            menu="account",
            icon="monitor-smartphone",
        ),
        Link(
            "Change your password",
            "auth.change_password",
            menu="account",
            icon="key-round",
        ),
        Link(
            "Download your data", "auth.export_account", menu="account", icon="download"
        ),
    ),
    hooks=("after_request", "template_global"),
)
