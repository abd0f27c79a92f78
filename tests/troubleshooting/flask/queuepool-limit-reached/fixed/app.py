from flask import Flask
from sqlalchemy import QueuePool, create_engine, text

app = Flask(__name__)
engine = create_engine(
    "sqlite:///app.db",
    poolclass=QueuePool,
    pool_size=5,
    max_overflow=10,
    pool_timeout=0.1,
)


@app.get("/")
def index():
    with engine.connect() as connection:
        return str(connection.scalar(text("SELECT 1")))
