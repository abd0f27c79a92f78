"""Start the app in the current folder, ask it for a page, print what both cost.

Runs in a process of its own, with the app's own Python: ``boot.py FACTORY PAGE``.
"""

import contextlib
import io
import json
import sys
import time
from statistics import median

WARM_UP = 20
REQUESTS = 100


def main() -> None:
    """Print CPU and wall milliseconds: of the start, and of a request (median)."""
    factory, page = sys.argv[1:]
    sys.path.insert(0, "")
    wall, cpu = time.perf_counter(), time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        from app import create_app

        app = create_app(*json.loads(factory))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    client = app.test_client()
    spent = []
    for _ in range(WARM_UP + REQUESTS):
        before = time.process_time()
        response = client.get(page)
        spent.append(time.process_time() - before)
        if response.status_code != 200:
            raise SystemExit(f"GET {page} answers {response.status}")
    milliseconds = {
        "cpu": cpu * 1000,
        "wall": wall * 1000,
        "request": median(spent[WARM_UP:]) * 1000,
    }
    print(json.dumps(milliseconds))


if __name__ == "__main__":
    main()
