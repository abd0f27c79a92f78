from flask import Flask

app = Flask(__name__)
cache = {}


@app.before_first_request
def fill_the_cache():
    cache["greeting"] = "Hello"
