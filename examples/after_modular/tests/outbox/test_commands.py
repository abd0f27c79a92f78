"""The commands ``flask events``."""

from flask import Flask

from kernel import listens

from ..kernel.shop import ThingSold, subscribe
from .ledger import MakeApp, recorded, sell


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["events", *arguments])
    return result.exit_code, result.output


def test_the_command_lists_retries_and_purges(make: MakeApp) -> None:
    is_broken = True

    @listens(ThingSold)
    def break_down(event: ThingSold) -> None:
        if is_broken:
            raise ValueError("broken")

    app = make(EVENTS_MAX_ATTEMPTS=1)
    subscribe(app, break_down)
    with app.app_context():
        sell("book")
    assert run(app, "work", "--until-empty")[0] == 1
    _, listed = run(app, "list")
    assert "2  FAILED  shop.ThingSold -> ledger.break_down  Attempts: 1" in listed
    assert "ValueError: broken" in listed
    assert "    Error: " in listed
    assert "1 completed, 1 failed" in listed
    assert "COMPLETED" in run(app, "list", "--state", "completed")[1]
    assert run(app, "retry", "1") == (0, "0 deliveries will be retried.\n")
    assert run(app, "retry")[0] == 2
    is_broken = False
    assert run(app, "retry", "2") == (0, "1 deliveries will be retried.\n")
    assert run(app, "work", "--until-empty") == (0, "")
    assert run(app, "purge")[0] == 2
    recent = run(app, "purge", "--completed", "--days", "1")[1]
    assert recent == "Removed 0 completed deliveries.\n"
    completed = run(app, "purge", "--completed")[1]
    assert completed == "Removed 2 completed deliveries.\n"
    assert run(app, "list")[1].startswith("No pending events.\n")


def test_a_module_can_have_workers_of_its_own(make: MakeApp) -> None:
    app = make()
    with app.app_context():
        sell("book")
    assert run(app, "work", "--until-empty", "--except", "ledger") == (0, "")
    with app.app_context():
        assert recorded() == []
    assert run(app, "work", "--until-empty", "--only", "shop") == (0, "")
    with app.app_context():
        assert recorded() == []
    assert run(app, "work", "--until-empty", "--only", "ledger") == (0, "")
    with app.app_context():
        assert recorded() == ["book"]
    code, told = run(app, "work", "--only", "boks")
    assert code == 2
    assert "There is no active module boks." in told
