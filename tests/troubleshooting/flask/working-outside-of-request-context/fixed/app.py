from threading import Thread

from flask import Flask, request

app = Flask(__name__)
visits = []


def record(path):
    visits.append(path)


@app.get("/")
def index():
    thread = Thread(target=record, args=[request.path])
    thread.start()
    thread.join()
    return "Hello"
