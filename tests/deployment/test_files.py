"""The files of deploy/ are right: by public validators, and against each other."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from stack import machine
from stack.app import server_settings

from . import linters
from .linters import CONTEXT, DEPLOY

Linter = Callable[[Path, Path], str]

LINTERS = [
    linters.container,
    linters.compose,
    linters.kubernetes,
    linters.units,
    linters.exposure,
    linters.nginx,
    linters.haproxy,
]
# What each of them must see: the file, what stands there, what is written instead.
BREAKAGES: list[tuple[Linter, str, str, str]] = [
    (linters.container, "Containerfile", "\nUSER 10001", "\nUSER root"),
    (linters.container, "Containerfile", "python:3.13-slim\n", "python\n"),
    (linters.compose, "compose.yaml", "service_healthy", "service_heathly"),
    (linters.compose, "compose.yaml", "    healthcheck:", "    helthcheck:"),
    (linters.kubernetes, "kubernetes/web.yaml", "readinessProbe", "readynessProbe"),
    (
        linters.kubernetes,
        "kubernetes/migrate.yaml",
        "backoffLimit: 3",
        "backoffLimit: x",
    ),
    (linters.units, "systemd/app-worker@.service", "Restart=always", "Restart=yes"),
    (linters.units, "systemd/app-web@.service", "bin/granian", "bin/gunicorn"),
    (linters.exposure, "systemd/app-web@.service", "SystemCallFilter=", "#"),
    (linters.nginx, "nginx.conf.template", " http_503 non_", " http_503 none_"),
    (linters.nginx, "nginx.conf.template", "server_tokens off;", ""),
    (linters.nginx, "tls.conf.template", "TLSv1.2", "TLSv1.4"),
    (linters.haproxy, "haproxy.cfg", "option redispatch 1", "option redispach 1"),
]


@pytest.fixture(scope="session", autouse=True)
def _programs():
    machine.require(["nginx", "haproxy", "systemd-analyze"])


@pytest.mark.parametrize("lint", LINTERS, ids=lambda lint: lint.__name__)
def test_a_public_validator_is_content(lint, tmp_path):
    assert lint(DEPLOY, tmp_path) == ""


@pytest.mark.parametrize(
    ("lint", "file", "right", "wrong"),
    BREAKAGES,
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_validator_sees_what_is_wrong(lint, file, right, wrong, tmp_path):
    broken = tmp_path / "deploy"
    shutil.copytree(DEPLOY, broken)
    text = (broken / file).read_text()
    assert right in text
    (broken / file).write_text(text.replace(right, wrong))
    assert lint(broken, tmp_path)


# --- What no validator knows -------------------------------------------------


def ask_app(expression: str) -> str:
    """Ask the app itself, in a process of its own: `app` and `config` are common names.

    The expression sees `settings`, those of the app as a whole, and `kernel`, which has
    those of the modules and the layers.
    """
    code = (
        "from app import create_app; from config import Settings; "
        "from kernel import Kernel; "
        f"kernel = Kernel.of(create_app()); settings = Settings(); print({expression})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CONTEXT,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


EVERY_FIELD = (
    "for each in (settings, *kernel.settings.values())"
    " for name, field in each.__dataclass_fields__.items()"
)


def settings_of_the_app() -> set[str]:
    return set(ask_app(f"*[name {EVERY_FIELD}]").split())


def required_settings() -> set[str]:
    required = "if field.metadata.get('required')"
    return set(ask_app(f"*[name {EVERY_FIELD} {required}]").split())


def assigned(path: Path) -> dict[str, str]:
    """Return what an environment file sets, and what it shows behind a `#`."""
    pairs = re.findall(r"^#?([A-Z_]+)=(.*)$", path.read_text(), re.MULTILINE)
    return dict(pairs)


def load(name: str) -> dict:
    return yaml.safe_load((DEPLOY / name).read_text())


def pods() -> dict[str, dict]:
    """Return the specification of the pods of each Deployment and Job."""
    found = {}
    for path in (DEPLOY / "kubernetes").glob("*.yaml"):
        for document in yaml.safe_load_all(path.read_text()):
            if document["kind"] in ("Deployment", "Job"):
                name = document["metadata"]["name"]
                found[name] = document["spec"]["template"]["spec"]
    return found


def test_every_setting_is_one_that_the_app_reads():
    secret = load("kubernetes/secret.example.yaml")
    given = {
        *assigned(DEPLOY / "env.example"),
        *assigned(DEPLOY / "kubernetes/app.env"),
        *secret["stringData"],
    }
    # Compose makes an address of this one.
    assert given - settings_of_the_app() == {"POSTGRES_PASSWORD"}


def test_what_production_requires_has_a_place_in_each_deployment():
    secret = load("kubernetes/secret.example.yaml")
    kubernetes = {*assigned(DEPLOY / "kubernetes/app.env"), *secret["stringData"]}
    required = required_settings()
    assert {"BASE_URL", "WEBHOOK_SECRET"} <= required
    assert required <= kubernetes
    assert required <= set(assigned(DEPLOY / "env.example"))


def test_no_secret_has_a_value():
    secret = load("kubernetes/secret.example.yaml")
    assert not any(secret["stringData"].values())
    given = assigned(DEPLOY / "env.example")
    for name in ("SECRET_KEY", "WEBHOOK_SECRET", "METRICS_TOKEN", "POSTGRES_PASSWORD"):
        assert given[name] == ""


def test_the_example_as_it_is_starts_nothing():
    env = {**os.environ, **assigned(DEPLOY / "env.example")}
    command = [sys.executable, "-m", "flask", "initialize"]
    done = subprocess.run(command, cwd=CONTEXT, env=env, capture_output=True, text=True)
    assert done.returncode
    assert "SECRET_KEY is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_granian_knows_every_setting_for_it():
    from granian.cli import cli

    known = {f"GRANIAN_{option.name}".upper() for option in cli.params}
    assert set(server_settings()) <= known


def test_every_variable_of_the_nginx_template_has_a_value_in_compose():
    template = (DEPLOY / "nginx.conf.template").read_text()
    environment = load("compose.yaml")["services"]["proxy"]["environment"]
    assert set(re.findall(r"\$\{(\w+)\}", template)) == set(environment)


def test_kustomize_finds_every_manifest_but_the_example():
    kustomization = load("kustomization.yaml")
    manifests = {f"kubernetes/{p.name}" for p in (DEPLOY / "kubernetes").glob("*.yaml")}
    example = "kubernetes/secret.example.yaml"
    assert {*kustomization["resources"], example} == manifests
    for generator in kustomization["configMapGenerator"]:
        assert all((DEPLOY / name).is_file() for name in generator["envs"])


def test_nobody_stops_the_app_before_it_has_finished():
    finishing = int(server_settings()["GRANIAN_WORKERS_KILL_TIMEOUT"])
    services = load("compose.yaml")["services"]
    for name in ("app-1", "app-2", "log-ins", "worker"):
        assert int(services[name]["stop_grace_period"].rstrip("s")) > finishing
    for name in ("web", "log-ins"):
        pod = pods()[name]
        before = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pod["terminationGracePeriodSeconds"] > before + finishing
    for name in ("web", "log-ins", "worker"):
        unit = (DEPLOY / "systemd" / f"app-{name}@.service").read_text()
        assert int(re.search(r"^TimeoutStopSec=(\d+)$", unit, re.M)[1]) > finishing


def test_threads_find_connections():
    threads = int(server_settings()["GRANIAN_BLOCKING_THREADS"])
    pool = ask_app("settings.DATABASE_POOL_SIZE + settings.DATABASE_MAX_OVERFLOW")
    assert threads < int(pool)


def test_the_proxies_let_through_what_the_app_reads():
    """Or it would answer in the middle of a request, which they take for a failure."""
    most = int(ask_app("__import__('web.errors').errors.MAX_DRAINED"))
    assert int(ask_app("settings.MAX_CONTENT_LENGTH")) < most
    template = (DEPLOY / "nginx.conf.template").read_text()
    haproxy = (DEPLOY / "haproxy.cfg").read_text()
    megabytes = re.search(r"client_max_body_size (\d+)m;", template)[1]
    assert int(megabytes) * 1024 * 1024 == most
    assert int(re.search(r"req.body_size gt (\d+)", haproxy)[1]) == most


def test_every_pod_runs_as_nobody_and_writes_nowhere():
    assert set(pods()) == {"web", "log-ins", "worker", "migrate"}
    for pod in pods().values():
        assert pod["securityContext"]["runAsNonRoot"]
        security = pod["containers"][0]["securityContext"]
        assert security["readOnlyRootFilesystem"]
        assert not security["allowPrivilegeEscalation"]
        assert security["capabilities"] == {"drop": ["ALL"]}


# --- What the container holds ------------------------------------------------


def copy_into_image(target: Path) -> None:
    """Copy what `COPY . /app` would, leaving out what .dockerignore names."""
    lines = (CONTEXT / ".dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]

    def ignored(folder: str, names: list[str]) -> set[str]:
        top = Path(folder) == CONTEXT
        return {
            name
            for name in names
            for pattern in patterns
            if (top or pattern.startswith("**/"))
            and fnmatch.fnmatch(name, pattern.removeprefix("**/"))
        }

    shutil.copytree(CONTEXT, target, ignore=ignored)


def test_what_the_container_holds_is_enough(tmp_path):
    app = tmp_path / "app"
    copy_into_image(app)
    names = {path.name for path in app.iterdir()}
    assert names >= {"app.py", "kernel", "modules", "web"}
    assert not [*app.rglob("test_*.py"), *app.rglob("*.db"), *app.glob(".*")]
    for path in [*app.rglob("*"), app]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    env = os.environ | assigned(DEPLOY / "env.example")
    env |= {
        "SECRET_KEY": "s" * 32,
        "WEBHOOK_SECRET": "whsec_" + "c" * 32,
        "METRICS_TOKEN": "m" * 32,
        "DATABASE_URL": f"sqlite:///{(tmp_path / 'app.db').as_posix()}",
        "REDIS_URL": "",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for command in (["initialize"], ["events", "list"], ["routes"]):
        flask = [sys.executable, "-m", "flask", *command]
        done = subprocess.run(flask, cwd=app, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert "/blog/" in done.stdout


def test_a_request_that_timed_out_is_not_sent_to_another_instance() -> None:
    nginx = (DEPLOY / "nginx.conf.template").read_text()
    seconds = dict(re.findall(r"^ +(proxy_\w+) (\d+)s;", nginx, re.MULTILINE))
    again = int(seconds["proxy_next_upstream_timeout"])
    assert int(seconds["proxy_connect_timeout"]) < again
    assert again < int(seconds["proxy_read_timeout"])
    haproxy = (DEPLOY / "haproxy.cfg").read_text()
    assert not re.search(r"^ +retry-on .*response-timeout", haproxy, re.MULTILINE)
