from flask import Flask, request

app = Flask(__name__)


@app.post("/subscribe")
def subscribe():
    email = request.form.get("email", "")
    if not email:
        return "Email is required.", 422
    return f"Sent a mail to {email}"
