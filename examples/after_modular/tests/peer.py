"""A server for the tests of remote modules: it answers as the test says."""

import socket
import threading
from collections.abc import Callable


class Peer:
    """A server that answers every request with the same bytes, or by a function."""

    def __init__(self, answer: bytes | Callable[[socket.socket], None]) -> None:
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.paths: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(
                target=self._respond, args=[connection], daemon=True
            ).start()

    def _respond(self, connection: socket.socket) -> None:
        with connection:
            path = connection.recv(65536).split()[1].decode()
            self.paths.append(path)
            if path == "/healthz":
                connection.sendall(respond(b"ok"))
            elif isinstance(self._answer, bytes):
                connection.sendall(self._answer)
            else:
                self._answer(connection)


def respond(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body
