"""Brings the template of the receipt; the post has no pages."""

from flask import Blueprint

blueprint = Blueprint("post", __name__, template_folder="templates")
