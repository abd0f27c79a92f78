"""The template of the receipt; the module has no pages."""

from flask import Blueprint

blueprint = Blueprint("receipts", __name__, template_folder="templates")
