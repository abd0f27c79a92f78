from flask import Blueprint, Flask

shop = Blueprint("shop", __name__)


def create_app():
    app = Flask(__name__)
    app.register_blueprint(shop)
    app.register_blueprint(shop, url_prefix="/store", name="store")
    return app
