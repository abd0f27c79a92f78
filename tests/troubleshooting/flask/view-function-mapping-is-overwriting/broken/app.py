from flask import Flask, abort, session

app = Flask(__name__)
app.secret_key = "development"


def login_required(view):
    def wrapper(*args, **kwargs):
        if "user" not in session:
            abort(401)
        return view(*args, **kwargs)

    return wrapper


@app.get("/account")
@login_required
def account():
    return "Your account"


@app.get("/invoices")
@login_required
def invoices():
    return "Your invoices"
