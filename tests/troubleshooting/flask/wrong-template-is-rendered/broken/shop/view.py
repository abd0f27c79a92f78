from flask import Blueprint, render_template

shop = Blueprint("shop", __name__, template_folder="templates")


@shop.get("/shop")
def index():
    return render_template("index.html")
