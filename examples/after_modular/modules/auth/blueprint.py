"""The blueprint that the files of pages share."""

from typing import cast

from flask import Blueprint, Flask

from . import login_manager

blueprint = Blueprint(
    "auth",
    __name__,
    template_folder="templates",
    static_folder="static",
    cli_group=None,
)
blueprint.record_once(lambda state: login_manager.init_app(cast(Flask, state.app)))
