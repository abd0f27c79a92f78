import os

from flask import Flask, render_template_string
from flask_wtf import FlaskForm
from wtforms import StringField

app = Flask(__name__)
app.secret_key = os.environ.get("SECRET_KEY", "development")


class NameForm(FlaskForm):
    name = StringField()


@app.get("/")
def index():
    return render_template_string(
        "{{ form.hidden_tag() }}{{ form.name }}", form=NameForm()
    )
