from sqlalchemy import create_engine

DATABASE_URL = "postgres://user:password@localhost/shop"


def engine():
    url = DATABASE_URL
    if url.startswith("postgres://"):
        url = url.replace("postgres://", "postgresql+psycopg://", 1)
    return create_engine(url)
