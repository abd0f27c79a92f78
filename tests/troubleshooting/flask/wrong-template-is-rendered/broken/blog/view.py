from flask import Blueprint, render_template

blog = Blueprint("blog", __name__, template_folder="templates")


@blog.get("/blog")
def index():
    return render_template("index.html")
