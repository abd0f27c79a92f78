from flask import Flask, request

app = Flask(__name__)


@app.post("/names")
def add():
    return f"Added {request.json['name']}"
