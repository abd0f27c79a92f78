from flask import Flask
from markupsafe import Markup

app = Flask(__name__)


@app.get("/")
def index():
    return Markup("<b>{}</b>").format("<script>")
