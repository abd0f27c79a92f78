"""What the tests of a Shopyo project ask for: a client, on an empty database."""

import pytest
from init import db

from app import create_app


@pytest.fixture
def client():
    app = create_app("testing")
    with app.app_context():
        db.create_all()
        yield app.test_client()
        db.drop_all()
