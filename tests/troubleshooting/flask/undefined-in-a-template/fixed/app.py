from flask import Flask, render_template_string

app = Flask(__name__)


@app.get("/")
def index():
    return render_template_string("Hello {{ user.name }}", user={"name": "Ada"})
