from sqlalchemy import create_engine

DATABASE_URL = "postgres://user:password@localhost/shop"


def engine():
    return create_engine(DATABASE_URL)
