from flask import Flask, request

app = Flask(__name__)


@app.post("/subscribe")
def subscribe():
    return f"Sent a mail to {request.form['email']}"
