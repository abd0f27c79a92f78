"""The guard reports what only happens at run time, and nothing else.

Each example in ``guard/`` is a module's file with a function ``run``, which is called
in a request to the app. The comment in its first line names the rule.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import python
from .test_examples import MARK, examples

CALL = """
import importlib, json, logging
from app import create_app
logging.disable(logging.CRITICAL)
app = create_app({"APP_ENV": "testing", "TESTING": True, "MAIL_BACKEND": "locmem",
                  "DATABASE_URL": "sqlite:///guard.db"})
app.add_url_rule("/run/<name>", view_func=lambda name: str(
    importlib.import_module(f"modules.dashboard.{name}").run(app)))
assert app.test_cli_runner().invoke(args=["initialize"]).exit_code == 0
found = {}
for name in %r:
    try:
        app.test_client().get(f"/run/{name}").close()
    except BaseException as error:
        found[name] = f"{type(error).__name__}: {error}"
print(json.dumps(found))
"""
START = """
from app import create_app
create_app({"APP_ENV": %r, "DATABASE_URL": "sqlite:///guard.db",
            "SECRET_KEY": "x" * 32, "BASE_URL": "https://x.test",
            "WEBHOOK_SECRET": "whsec_" + "c2VjcmV0" * 6})
print("started")
"""
VIEW = "modules/dashboard/view.py"

# What a module registers, and the start of what is wrong with it.
REGISTRATIONS = {
    "hook": ("@blueprint.before_app_request\ndef count(): ...", "hooks"),
    "rule": ("def add(app): app.add_url_rule('/<path:p>', 'all', str)", "hooks"),
    "blueprint": (
        "extra = Blueprint('extra', __name__)\n"
        "extra.add_url_rule('/x', 'x', str)\n"
        "def add(app): app.register_blueprint(extra, url_prefix='/extra')",
        "hooks",
    ),
    "command": (
        "def add(app): app.cli.add_command(click.Command('initialize'))",
        "names",
    ),
    "view": ("def add(app): app.view_functions['auth.login'] = str", "hooks"),
    "foreign hook": (
        "def add(app): app.before_request_funcs.setdefault('blog', []).append(str)",
        "hooks",
    ),
    "extension": ("def add(app): app.extensions['csrf'] = None", "hooks"),
    "setting": ("def add(app): app.config['MAX_CONTENT_LENGTH'] = 1", "settings"),
    "middleware": ("def add(app): app.wsgi_app = lambda e, s: []", "hooks"),
    "global": ("def add(app): app.jinja_env.globals['url_for'] = str", "hooks"),
    "import": ("__import__('modules.' + 'auth.models')", "imports"),
}


def write(copy: Path, topic: str) -> dict[str, str]:
    """Write the examples into a copy of the app; return their names and rules."""
    rules = {}
    for path, lines in examples(topic):
        file = copy / path
        file.write_text("\n".join(lines) + "\n", "utf-8")
        if file.suffix == ".py":
            mark = MARK.search(lines[0])
            rules[file.stem] = mark[1] if mark else ""
    return rules


def call(copy: Path, names: list[str]) -> dict[str, str]:
    """Call the examples; return the errors by their names."""
    output = python(copy, CALL % names)
    found: dict[str, str] = json.loads(output.splitlines()[-1])
    return found


def register(copy: Path, code: str) -> None:
    """Let the dashboard register something."""
    file = copy / VIEW
    text = file.read_text("utf-8") + f"\n\n{code}\n"
    if "def add(app)" in code:
        text += "\n\nblueprint.record_once(lambda state: add(state.app))\n"
    file.write_text(text, "utf-8")


def test_each_violation_at_run_time_is_an_error(copy: Path) -> None:
    rules = write(copy, "guard/violations*")
    found = call(copy, [*rules])
    assert len(rules) == 23
    for name, rule in rules.items():
        assert found.get(name, "").startswith("BoundaryError: modules/dashboard/")
        assert f": {rule}: " in found[name], (name, found[name])


def test_legitimate_work_is_no_error(copy: Path) -> None:
    rules = write(copy, "guard/legitimate*")
    assert call(copy, [*rules]) == {}
    assert len(rules) == 13


@pytest.mark.parametrize("kind", REGISTRATIONS)
def test_the_app_does_not_start_with_a_registration_out_of_bounds(
    copy: Path, kind: str
) -> None:
    code, rule = REGISTRATIONS[kind]
    register(copy, code)
    output = python(copy, START % "testing")
    assert "The module 'dashboard' can't be loaded. modules/dashboard/" in output
    assert f": {rule}: dashboard " in output, output
    assert "started" not in output


def test_production_runs_without_the_guard(copy: Path) -> None:
    register(copy, REGISTRATIONS["hook"][0])
    code = START % "production" + "import sys\n"
    code += "print([m for m in sys.modules if m.startswith('kernel.boundaries.g')])\n"
    assert {"started", "[]"} <= set(python(copy, code).splitlines())


def test_every_kind_of_registration_is_watched() -> None:
    assert len(REGISTRATIONS) == 11
