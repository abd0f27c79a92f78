"""Start the app in the current folder until its first answer; print what that costs.

Runs in a process of its own, with the app's own Python: ``boot.py TARGET PATH``.
"""

import contextlib
import io
import json
import sys
import time
from importlib import import_module
from wsgiref.util import setup_testing_defaults


def main() -> None:
    """Print the CPU and wall milliseconds."""
    target, path = sys.argv[1:]
    sys.path.insert(0, "")
    environ = {"PATH_INFO": path, "QUERY_STRING": "", "REMOTE_ADDR": "127.0.0.1"}
    environ["HTTP_HOST"] = "127.0.0.1"
    setup_testing_defaults(environ)
    statuses: list[str] = []
    wall, cpu = time.perf_counter(), time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        module, _, expression = target.partition(":")
        app = eval(expression, vars(import_module(module)))
        for _ in app(environ, lambda status, *_: statuses.append(status)):
            pass
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if not statuses[0].startswith("200"):
        raise SystemExit(f"GET {path} answers {statuses[0]}")
    print(json.dumps({"cpu": cpu * 1000, "wall": wall * 1000}))


if __name__ == "__main__":
    main()
