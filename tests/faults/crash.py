"""Kill a process at one step of publishing or delivering, then let another deliver.

Run as a script, where the shop and its database are: `python crash.py STEP...`, or
`all`. The app is loaded once; every process that is to be killed is a fork. Prints a
JSON object: for each step what is in the database in the end.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple


class Step(NamedTuple):
    """Where to kill.

    :param function: before or after this function is called ...
    :param once: ... for the first time after this one was.
    """

    when: str
    function: str
    once: str = ""


INSERT = "kernel.outbox.carrier:Outbox.send"
COMMIT = "sqlalchemy.engine.default:DefaultDialect.do_commit"
FLUSH = "sqlalchemy.orm:Session.flush"
CLAIM = "kernel.outbox.queue:claim"
COMPLETE = "kernel.outbox.queue:complete"
LISTEN = "modules.books.listeners:_entry"

NOTHING_HAPPENED = {
    "publishing, before the event is written": Step("before", INSERT),
    "publishing, after the event is written": Step("after", INSERT),
    "publishing, before the commit": Step("before", COMMIT, once=INSERT),
}
PUBLISHING = {
    **NOTHING_HAPPENED,
    "publishing, after the commit": Step("after", COMMIT, once=INSERT),
}
DELIVERING = {
    "delivering, before the claim": Step("before", CLAIM),
    "delivering, after the claim": Step("after", CLAIM),
    "delivering, when the listener begins": Step("before", LISTEN),
    "delivering, before the listener's flush": Step("before", FLUSH, once=LISTEN),
    "delivering, after the listener's flush": Step("after", FLUSH, once=LISTEN),
    "delivering, before it is noted as done": Step("before", COMPLETE),
    "delivering, after it is noted as done": Step("after", COMPLETE),
    "delivering, before the commit": Step("before", COMMIT, once=COMPLETE),
    "delivering, after the commit": Step("after", COMMIT, once=COMPLETE),
}
STEPS = {**PUBLISHING, **DELIVERING}
TOGETHER = "four at once"
DEADLY = "a listener that kills its process"
DAWDLING = "a listener that takes too long"


def main(names: list[str]) -> None:
    """Print what comes of each of these."""
    app = load()
    runs: dict[str, Callable[[Any], None]] = {
        **{name: crash_at(name) for name in STEPS},
        TOGETHER: four_at_once,
        DEADLY: deadly_listener,
        DAWDLING: dawdling_listener,
    }
    found = {}
    for name in runs if names == ["all"] else names:
        fork(app, empty)
        try:
            runs[name](app)
            found[name] = tell(app)
        except Exception:
            found[name] = {"error": traceback.format_exc()}
    print(json.dumps(found))


def load() -> Any:
    """Load the shop, without its mails: they have no part in this."""
    from kernel.outbox.engines import EXTENSION  # noqa: F401  (loaded before the fork)

    from app import create_app

    app = create_app()
    listeners = app.extensions["events"].listeners["shop.OrderPlaced"]
    listeners[:] = [each for each in listeners if each.module == "books"]
    return app


def crash_at(name: str) -> Callable[[Any], None]:
    """Return what kills a process at this step and lets another one go on."""

    def run(app: Any) -> None:
        arm = STEPS[name]
        if name in PUBLISHING:
            assert fork(app, place_order, 1, arm=arm) == -signal.SIGKILL
        else:
            fork(app, place_order, 1)
            assert fork(app, deliver, arm=arm) == -signal.SIGKILL
        fork(app, let_claims_end)
        assert fork(app, deliver) == 0

    return run


def four_at_once(app: Any) -> None:
    """Let four processes deliver what was published."""
    for number in range(1, 41):
        fork(app, place_order, number)
    pids = [start(app, deliver) for _ in range(4)]
    assert [wait(pid) for pid in pids] == [0] * 4
    assert fork(app, deliver) == 0  # what had to wait for its turn at the very end


def deadly_listener(app: Any) -> None:
    """Kill each process in which a listener meets the first of ten orders."""
    for number in range(1, 11):
        fork(app, place_order, number)
    for _ in range(app.config["EVENTS_MAX_ATTEMPTS"] * 3):
        fork(app, deliver_until_killed)
        fork(app, let_claims_end)
    fork(app, sweep)


def dawdling_listener(app: Any) -> None:
    """Let a listener take so long that its delivery is given to somebody else."""
    fork(app, place_order, 1)
    assert fork(app, deliver_while_another_does) == 0


# --- What the processes do ----------------------------------------------------


def empty(app: Any) -> None:
    """Forget all orders."""
    run_sql(app, "DELETE FROM outbox_delivery", "DELETE FROM shop_order")
    run_sql(app, "DELETE FROM books_entry", "UPDATE shop_customer SET orders = 0")


def place_order(app: Any, number: int) -> None:
    """Place an order."""
    assert app.test_client().post(f"/shop/orders/{number}").status_code == 201


def deliver(app: Any) -> None:
    """Deliver what is due."""
    from kernel.outbox.delivery import deliver_due

    with app.app_context():
        assert deliver_due() == []


def let_claims_end(app: Any) -> None:
    """Let all that is claimed or waits be due."""
    run_sql(app, "UPDATE outbox_delivery SET due_at = '2026-01-01 00:00:00.000000'")


def deliver_until_killed(app: Any) -> None:
    """Deliver with a listener that does not survive order 1."""

    def die(event: Any) -> None:
        if event.order_id == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    wrap_listener(app, "books.write_down", die)
    deliver(app)


def deliver_while_another_does(app: Any) -> None:
    """Deliver with a listener during which another process delivers the same."""

    def dawdle(event: Any) -> None:
        let_claims_end(app)
        assert fork(app, deliver) == 0

    wrap_listener(app, "books.write_down", dawdle)
    deliver(app)


def sweep(app: Any) -> None:
    """Give up what is deadly."""
    from kernel.outbox import queue

    with app.app_context():
        queue.sweep()


def wrap_listener(app: Any, name: str, first: Callable[[Any], None]) -> None:
    """Do something before a listener, in this process."""
    listeners = app.extensions["events"].listeners["shop.OrderPlaced"]
    (found,) = [each for each in listeners if each.name == name]
    function = found.function

    def wrapped(event: Any) -> None:
        first(event)
        function(event)

    object.__setattr__(found, "function", wrapped)


# --- How they are started, killed and looked at --------------------------------


def fork(app: Any, work: Callable[..., None], *arguments: Any, arm: Any = None) -> int:
    """Do something in a fork; return how it ended: 0, 1 or minus the signal."""
    return wait(start(app, work, *arguments, arm=arm))


def start(app: Any, work: Callable[..., None], *arguments: Any, arm: Any = None) -> int:
    """Begin something in a fork; return its number."""
    if pid := os.fork():
        return pid
    status = 1
    try:
        with app.app_context():
            forget_connections()
        if arm:
            set_trap(arm)
        work(app, *arguments)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def wait(pid: int) -> int:
    """Wait until a fork has ended; return how."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def forget_connections() -> None:
    """Leave the connections of the parent alone."""
    from kernel.database import db

    db.engine.dispose(close=False)


def set_trap(step: Step) -> None:
    """Kill this process at a step."""
    armed = [not step.once]
    if step.once:
        wrap(step.once, after=lambda: armed.__setitem__(0, True))

    def spring() -> None:
        if armed[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    wrap(step.function, **{step.when: spring})


def wrap(
    name: str,
    before: Callable[[], None] = lambda: None,
    after: Callable[[], None] = lambda: None,
) -> None:
    """Do something before and after each call of a function, in this process."""
    import pkgutil

    path, _, attribute = name.rpartition("." if ":" in name.rpartition(".")[0] else ":")
    owner = pkgutil.resolve_name(path)
    function = getattr(owner, attribute)

    def wrapped(*arguments: Any, **options: Any) -> Any:
        before()
        result = function(*arguments, **options)
        after()
        return result

    setattr(owner, attribute, wrapped)


def run_sql(app: Any, *statements: str) -> None:
    """Run statements in one transaction."""
    import sqlalchemy as sa

    from kernel.database import db

    with app.app_context(), db.engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def tell(app: Any) -> dict[str, Any]:
    """Return what is in the database."""
    import sqlalchemy as sa

    from kernel.database import db

    with app.app_context(), db.engine.connect() as connection:
        select = {
            "orders": "SELECT id FROM shop_order ORDER BY id",
            "entries": "SELECT listener, order_id FROM books_entry ORDER BY id",
            "states": "SELECT state FROM outbox_delivery",
        }
        rows = {
            name: [list(row) for row in connection.execute(sa.text(statement))]
            for name, statement in select.items()
        }
        db.engine.dispose()
    states = Counter(state for (state,) in rows["states"])
    return {
        "orders": [number for (number,) in rows["orders"]],
        "entries": rows["entries"],
        "states": dict(states),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
