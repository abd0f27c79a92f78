"""Accounts: who somebody is, and what they may do."""

from core.module import Link, Module

module = Module(
    import_name=__name__,
    title="Accounts",
    summary="Register, log in, reset a password, export and delete an account.",
    critical=True,
    links=(
        Link(label="Log in", endpoint="auth.login", audience="anonymous"),
        Link(label="Register", endpoint="auth.register", audience="anonymous"),
        Link(label="Account", endpoint="auth.account", audience="member"),
        Link(
            label="Change your password",
            endpoint="auth.change_password",
            audience="member",
            menu="account",
        ),
        Link(
            label="Download your data",
            endpoint="auth.export_account",
            audience="member",
            menu="account",
        ),
    ),
)
