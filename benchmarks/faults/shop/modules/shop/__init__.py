"""Sells."""

from kernel.manifest import Module

module = Module(import_name=__name__, title="Shop", summary="Takes orders.")
