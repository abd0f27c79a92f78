from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from models import User

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app)


@app.get("/")
def index():
    return str(User.query.count())
