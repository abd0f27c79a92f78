"""Kill a process at one step of publishing or delivering, then let another deliver.

Run as a script in the folder of the shop: `python crash.py STEP...`, or `all`. The app
is loaded once; every process that is killed is a fork. Prints a JSON object: for each
step the content of the database in the end.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from contextvars import Context
from typing import Any, NamedTuple


class Step(NamedTuple):
    """Where to send SIGKILL.

    :param when: ``before`` or ``after``.
    :param function: the function whose call triggers it.
    :param once: a function that must have been called before.
    """

    when: str
    function: str
    once: str = ""


INSERT = "kernel.outbox.dispatcher:Outbox.store"
COMMIT = "sqlalchemy.engine.default:DefaultDialect.do_commit"
FLUSH = "sqlalchemy.orm:Session.flush"
CLAIM = "kernel.outbox.queue:claim"
COMPLETE = "kernel.outbox.queue:complete"
LISTEN = "modules.ledger.listeners:_entry"

NOT_PUBLISHED = {
    "publishing, before the event is stored": Step("before", INSERT),
    "publishing, after the event is stored": Step("after", INSERT),
    "publishing, before the commit": Step("before", COMMIT, once=INSERT),
}
PUBLISHING = {
    **NOT_PUBLISHED,
    "publishing, after the commit": Step("after", COMMIT, once=INSERT),
}
DELIVERING = {
    "delivering, before the claim": Step("before", CLAIM),
    "delivering, after the claim": Step("after", CLAIM),
    "delivering, when the listener begins": Step("before", LISTEN),
    "delivering, before the listener's flush": Step("before", FLUSH, once=LISTEN),
    "delivering, after the listener's flush": Step("after", FLUSH, once=LISTEN),
    "delivering, before its completion is recorded": Step("before", COMPLETE),
    "delivering, after its completion is recorded": Step("after", COMPLETE),
    "delivering, before the commit": Step("before", COMMIT, once=COMPLETE),
    "delivering, after the commit": Step("after", COMMIT, once=COMPLETE),
}
STEPS = {**PUBLISHING, **DELIVERING}
CONCURRENT = "four concurrent workers"
DEADLY = "a listener that kills its process"
SLOW = "a listener that outlives its claim"


def main(names: list[str]) -> None:
    """Run these steps; print the outcomes."""
    app = load()
    runs: dict[str, Callable[[Any], None]] = {
        **{name: crash_at(name) for name in STEPS},
        CONCURRENT: four_concurrent_workers,
        DEADLY: deadly_listener,
        SLOW: slow_listener,
    }
    found = {}
    for name in runs if names == ["all"] else names:
        fork(app, delete_orders)
        try:
            runs[name](app)
            found[name] = read_outcome(app)
        except Exception:
            found[name] = {"error": traceback.format_exc()}
    print(json.dumps(found))


def load() -> Any:
    """Load the shop, without the listener that sends emails."""
    from app import create_app
    from kernel import Kernel

    app = create_app()
    listeners = Kernel.of(app).subscriptions["shop.OrderPlaced"]
    listeners[:] = [each for each in listeners if each.module == "ledger"]
    return app


def crash_at(name: str) -> Callable[[Any], None]:
    """Return a function that kills a process at this step; another one continues."""

    def run(app: Any) -> None:
        arm = STEPS[name]
        if name in PUBLISHING:
            assert fork(app, place_order, 1, arm=arm) == -signal.SIGKILL
        else:
            fork(app, place_order, 1)
            assert fork(app, deliver, arm=arm) == -signal.SIGKILL
        fork(app, expire_claims)
        assert fork(app, deliver) == 0

    return run


def four_concurrent_workers(app: Any) -> None:
    """Let four processes deliver the same events."""
    for number in range(1, 41):
        fork(app, place_order, number)
    pids = [start(app, deliver) for _ in range(4)]
    assert [wait(pid) for pid in pids] == [0] * 4
    assert fork(app, deliver) == 0  # what was blocked until the very end


def deadly_listener(app: Any) -> None:
    """Kill each process in which a listener gets the first of ten orders."""
    for number in range(1, 11):
        fork(app, place_order, number)
    for _ in range(app.config["EVENTS_MAX_ATTEMPTS"] * 3):
        fork(app, deliver_until_killed)
        fork(app, expire_claims)


def slow_listener(app: Any) -> None:
    """Let a listener take so long that another process claims its delivery."""
    fork(app, place_order, 1)
    assert fork(app, deliver_while_another_does) == 0


# --- The work of the processes ----------------------------------------------------


def delete_orders(app: Any) -> None:
    """Delete all orders and events."""
    run_sql(app, "DELETE FROM outbox_delivery", "DELETE FROM shop_order")
    run_sql(app, "DELETE FROM ledger_entry", "UPDATE shop_customer SET orders = 0")


def place_order(app: Any, number: int) -> None:
    """Place an order."""
    assert app.test_client().post(f"/shop/orders/{number}").status_code == 201


def deliver(app: Any) -> None:
    """Deliver what is due."""
    from kernel.deliveries.delivery import deliver_due

    with app.app_context():
        assert deliver_due() == []


def expire_claims(app: Any) -> None:
    """Make all pending and claimed deliveries due."""
    run_sql(app, "UPDATE outbox_delivery SET due_at = '2026-01-01 00:00:00.000000'")


def deliver_until_killed(app: Any) -> None:
    """Deliver with a listener that does not survive order 1."""

    def die(event: Any) -> None:
        if event.order_id == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    wrap_listener(app, "ledger.record", die)
    deliver(app)


def deliver_while_another_does(app: Any) -> None:
    """Deliver with a listener during which another process delivers the same."""

    first_call = iter([True])

    def deliver_elsewhere() -> None:
        expire_claims(app)
        assert fork(app, deliver) == 0

    def outlive(event: Any) -> None:
        if next(first_call, False):
            # Another process does not inherit that a listener is running.
            Context().run(deliver_elsewhere)

    wrap_listener(app, "ledger.record", outlive)
    deliver(app)


def wrap_listener(app: Any, name: str, first: Callable[[Any], None]) -> None:
    """Call a function before a listener, in this process."""
    from kernel import Kernel

    listeners = Kernel.of(app).subscriptions["shop.OrderPlaced"]
    (found,) = [each for each in listeners if each.name == name]
    function = found.function

    def wrapped(event: Any) -> None:
        first(event)
        function(event)

    object.__setattr__(found, "function", wrapped)


# --- Starting, killing and inspecting them --------------------------------


def fork(app: Any, work: Callable[..., None], *arguments: Any, arm: Any = None) -> int:
    """Run a function in a fork; return its exit code: 0, 1 or minus the signal."""
    return wait(start(app, work, *arguments, arm=arm))


def start(app: Any, work: Callable[..., None], *arguments: Any, arm: Any = None) -> int:
    """Start a function in a fork; return its process ID."""
    if pid := os.fork():
        return pid
    status = 1
    try:
        with app.app_context():
            discard_connections()
        if arm:
            set_trap(arm)
        work(app, *arguments)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def wait(pid: int) -> int:
    """Wait until a fork has ended; return its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def discard_connections() -> None:
    """Don't use the connections of the parent."""
    from kernel.database import db

    db.engine.dispose(close=False)


def set_trap(step: Step) -> None:
    """Arrange that this process is killed at a step."""
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
    """Call functions before and after each call of a function, in this process."""
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


def read_outcome(app: Any) -> dict[str, Any]:
    """Return the content of the database."""
    import sqlalchemy as sa

    from kernel.database import db

    with app.app_context(), db.engine.connect() as connection:
        select = {
            "orders": "SELECT id FROM shop_order ORDER BY id",
            "entries": "SELECT listener, order_id FROM ledger_entry ORDER BY id",
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
