from flask import Flask, request

app = Flask(__name__)


@app.route("/contact")
def contact():
    if request.method == "POST":
        return "Thank you"
    return '<form method="post"><button>Send</button></form>'
