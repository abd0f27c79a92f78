import os
import socket

from flask import Flask
from werkzeug.serving import make_server

app = Flask(__name__)
other_program = socket.socket()
try:
    other_program.bind(("127.0.0.1", 5000))
    other_program.listen()
except OSError:
    pass  # another program has it already

port = int(os.environ.get("PORT", "5000"))
server = make_server("127.0.0.1", port, app)
server.server_close()
