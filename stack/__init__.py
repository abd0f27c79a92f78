"""An app with its whole topology, as plain processes of this machine.

PostgreSQL, Redis, several app processes, workers and a proxy: the topology of
`examples/after_modular/deploy/`, for tests and benchmarks that load, kill and restart
its parts. Everything listens on 127.0.0.1 only, and ends with the `with` block, even
if this process is killed.

    with Stack(folder, app="after", instances=2, workers=1, proxy="nginx") as stack:
        stack.flask("create-admin", "admin@example.com", "--password", "...")
        httpx.get(stack.url)
        stack["app-1"].kill()
"""

from .errors import StackError
from .process import Process
from .stack import Stack

__all__ = ["Process", "Stack", "StackError"]
