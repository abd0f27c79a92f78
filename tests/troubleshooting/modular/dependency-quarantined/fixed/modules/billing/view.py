from flask import Blueprint

blueprint = Blueprint("billing", __name__)
