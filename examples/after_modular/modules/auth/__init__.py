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
        Link("Account", "auth.account", audience="member", menu="user"),
        Link("Log out", "auth.logout", audience="member", menu="user", method="post"),
        Link("Your sessions", "auth.list_sessions", menu="account"),
        Link("Change your password", "auth.change_password", menu="account"),
        Link("Download your data", "auth.export_account", menu="account"),
    ),
    hooks=("after_request", "template_global"),
)
