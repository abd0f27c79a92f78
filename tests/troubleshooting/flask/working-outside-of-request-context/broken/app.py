from threading import Thread

from flask import Flask, request

app = Flask(__name__)
visits = []


def record():
    visits.append(request.path)


@app.get("/")
def index():
    thread = Thread(target=record)
    thread.start()
    thread.join()
    return "Hello"
