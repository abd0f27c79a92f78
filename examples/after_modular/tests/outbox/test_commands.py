"""The commands: `flask events`."""

from flask import Flask

from kernel.events import listens

from ..shop import ThingSold, subscribe
from .books import MakeApp, sell, sold


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
    assert "2  FAILED  shop.ThingSold -> books.break_down  1 try" in listed
    assert "ValueError: broken" in listed
    assert "1 completed, 1 failed" in listed
    assert "COMPLETED" in run(app, "list", "--state", "completed")[1]
    assert run(app, "retry", "1") == (
        1,
        "Error: 0 will be tried again; 1 of these ids have not failed.\n",
    )
    assert run(app, "retry")[0] == 2
    is_broken = False
    assert run(app, "retry", "2") == (0, "1 will be tried again.\n")
    assert run(app, "work", "--until-empty") == (0, "")
    assert run(app, "purge")[0] == 2
    assert (
        run(app, "purge", "--completed", "--days", "1")[1] == "0 completed deleted.\n"
    )
    assert run(app, "purge", "--completed")[1] == "2 completed deleted.\n"


def test_a_module_may_have_workers_of_its_own(make: MakeApp) -> None:
    app = make()
    with app.app_context():
        sell("book")
    assert run(app, "work", "--until-empty", "--except", "books") == (0, "")
    with app.app_context():
        assert sold() == []
    assert run(app, "work", "--until-empty", "--only", "shop") == (0, "")
    with app.app_context():
        assert sold() == []
    assert run(app, "work", "--until-empty", "--only", "books") == (0, "")
    with app.app_context():
        assert sold() == ["book"]
    code, told = run(app, "work", "--only", "boks")
    assert code == 2
    assert "There is no module boks." in told
