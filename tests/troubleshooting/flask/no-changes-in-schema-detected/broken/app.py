from flask import Flask
from flask_migrate import Migrate
from extensions import db

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///app.db"
db.init_app(app)
Migrate(app, db)
