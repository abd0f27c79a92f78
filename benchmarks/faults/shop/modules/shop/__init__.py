"""Takes orders."""

from kernel import Module

module = Module(import_name=__name__, title="Shop", summary="Takes orders.")
