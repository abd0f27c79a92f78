"""The commands that make the first admin."""

import click
from flask.cli import run_command, with_appcontext

from kernel import migrate_database

from . import accounts
from .addresses import valid_address
from .blueprint import blueprint
from .models import User, session

HELP = "Password of a new or unconfirmed account; prompted for if not given."


@blueprint.cli.command("create-admin")
@click.argument("email")
@click.option("--password", help=HELP)
@with_appcontext
def create_admin(email: str, password: str | None) -> None:
    """Create an admin account for EMAIL, or make its existing account an admin."""
    migrate_database()
    try:
        address = valid_address(email)
    except ValueError as error:
        raise click.ClickException(
            f"{email} is not an email address: {error}"
        ) from None
    user = accounts.find_by_email(address)
    if user and user.confirmed_at:
        done = f"Made the account {address} an admin, password unchanged."
    elif user:
        # Anyone can have registered it, and would know its password.
        accounts.change_password(user, _new_password(password))
        accounts.confirm(user)
        done = (
            f"Made the account {address} an admin. It was not confirmed, so it has the "
            "new password."
        )
    else:
        user = _new_account(address, _new_password(password))
        accounts.confirm(user)
        done = f"Created the admin {address}."
    user.role = "admin"
    session.commit()
    click.echo(done)


@blueprint.cli.command(
    "start",
    with_appcontext=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.argument("email")
@click.option("--password", help=HELP)
@click.pass_context
def start(ctx: click.Context, email: str, password: str | None) -> None:
    """Create the tables and the admin EMAIL, then run the development server.

    Other options are passed to ``flask run``.
    """
    # Made first, since it refuses options that flask run does not know.
    served = run_command.make_context("run", ctx.args, parent=ctx.parent)
    ctx.invoke(create_admin, email=email, password=password)
    with served:
        run_command.invoke(served)


def _new_password(password: str | None) -> str:
    if password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not 10 <= len(password) <= 128:
        raise click.ClickException("Use a password of 10 to 128 characters.")
    return password


def _new_account(email: str, password: str) -> User:
    user = accounts.create("Admin", email, password)
    assert user is not None  # nobody has the address
    return user
