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
connections = []


@app.get("/")
def index():
    connection = engine.connect()
    connections.append(connection)
    return str(connection.scalar(text("SELECT 1")))
