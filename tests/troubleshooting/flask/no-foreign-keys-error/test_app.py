import app  # noqa: F401
from sqlalchemy.orm import configure_mappers


def test_the_models_fit_together():
    configure_mappers()
