from app import app
from extensions import db


def test_the_app_knows_its_tables():
    with app.app_context():
        assert "user" in db.metadata.tables
