"""An app whose models import it."""

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from models import Post

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app)


@app.get("/")
def index() -> str:
    """Return the number of posts."""
    return str(Post.query.count())
