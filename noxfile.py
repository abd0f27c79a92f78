"""Every job of this project: `nox -l` lists them, `nox -s NAME` runs one.

Only Python and nox are needed. With uv installed, environments are made faster.
"""

import argparse
import base64
import hashlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "docs", "tests"]

ROOT = Path(__file__).parent
SITE = ROOT / "docs" / "_build" / "html"
PARALLEL = ["--numprocesses=logical", "--maxprocesses=4"]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]

APPS = {
    "before": ROOT / "examples" / "before_monolith",
    "after": ROOT / "examples" / "after_modular",
}
# Cookies know hosts but no ports: two hosts, or one app's log-in would end the other's.
ADDRESSES = {"before": ("127.0.0.1", 5001), "after": ("localhost", 5002)}
SERVE = {"before": ["app:app"], "after": ["app:create_app", "--factory"]}
# The least share of lines and branches, in percent, that the tests of an app cover.
COVERED = {"before": 97, "after": 87}
LIVE_WEBHOOK_SECRET = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
either_app = nox.parametrize("app", [nox.param(name, id=name) for name in APPS])


# --- The site ---------------------------------------------------------------


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site into docs/_build/html; `-- serve` reloads it while you write."""
    session.install("-r", "requirements/docs.txt")
    if session.posargs[:1] == ["serve"]:
        watch = [f"--watch={folder}" for folder in APPS.values()]
        options = [*watch, "--open-browser", *session.posargs[1:]]
        session.run("sphinx-autobuild", "docs", str(SITE), *options)
        return
    build_site(session, ROOT / "docs", SITE)
    session.log(f"Open {SITE / 'index.html'}")


@nox.session
def canvas(session: nox.Session) -> None:
    """Write down what each module of the modular app has, for the site to show."""
    session.install("-r", "requirements/tests.txt")
    with session.chdir(APPS["after"]):
        described = session.run("python", "-m", "kernel.boundaries.canvas", silent=True)
    file = ROOT / "docs" / "_data" / "modules.json"
    file.write_text(str(described), encoding="utf-8")


@nox.session
def linkcheck(session: nox.Session) -> None:
    """Follow every link of the site that leads elsewhere."""
    session.install("-r", "requirements/docs.txt")
    output = ROOT / "docs" / "_build" / "linkcheck"
    session.run("sphinx-build", "-W", "-n", "-b", "linkcheck", "docs", str(output))


@nox.session
def audit(session: nox.Session) -> None:
    """Audit the site with axe and Lighthouse; needs Node.js and Chromium or Chrome."""
    if not (npm := shutil.which("npm")):
        session.error("npm is not on the PATH. Install Node.js 20 or newer.")
    session.install("-r", "requirements/docs.txt")
    build_site(session, ROOT / "docs", SITE)
    session.chdir(ROOT / "tests" / "site" / "audit")
    session.run(npm, "ci", "--no-audit", "--no-fund", external=True)
    session.run(npm, "run", "audit", "--", str(SITE), external=True)


@nox.session
def audit_app(session: nox.Session) -> None:
    """Plan the migration of your own Flask app: `-- PATH [--json] [--svg FILE]`."""
    session.install("-r", "requirements/audit.txt")
    codes = [0, 1]  # 1: no Flask app was found
    session.run("python", "-m", "ladder.audit", *session.posargs, success_codes=codes)


@nox.session
def screenshots(session: nox.Session) -> None:
    """Take the pictures of both apps that the site shows; needs Chromium."""
    session.install("-r", "requirements/tests.txt")
    session.run("python", "-m", "tests.design.screenshots")


@nox.session
def reproducible(session: nox.Session) -> None:
    """Build the last commit's site twice; every byte must be the same."""
    session.install("-r", "requirements/docs.txt")
    surroundings = [
        {"PYTHONHASHSEED": "1", "TZ": "UTC"},
        {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"},
    ]
    trees = []
    with tempfile.TemporaryDirectory() as directory:
        for number, env in enumerate(surroundings):
            clone = Path(directory) / f"clone-{number}"
            session.run("git", "clone", "-q", str(ROOT), str(clone), external=True)
            build_site(session, clone / "docs", clone / "html", env)
            trees.append(fingerprints(clone / "html"))
    first, second = trees
    paths = sorted(first.keys() | second.keys())
    different = [path for path in paths if first.get(path) != second.get(path)]
    if different:
        session.error("These files differ between two builds: " + ", ".join(different))
    session.log(f"Two builds, {len(paths)} files, no difference.")


def build_site(
    session: nox.Session, source: Path, output: Path, env: dict[str, str] | None = None
) -> None:
    """Build the site afresh, dated by the last commit; every warning is an error.

    ABlog can't read pages in parallel, so there is no `-j`.
    """
    shutil.rmtree(output, ignore_errors=True)
    doctrees = output.with_name("doctrees")
    options = ["-W", "--keep-going", "-n", "-E", "-d", str(doctrees)]
    env = {**date_of_last_commit(), **(env or {})}
    session.run("sphinx-build", *options, str(source), str(output), env=env)


def date_of_last_commit() -> dict[str, str]:
    """Return SOURCE_DATE_EPOCH for Sphinx, or nothing outside a Git clone."""
    command = ["git", "log", "-1", "--format=%ct"]
    try:
        result = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return {}
    return {"SOURCE_DATE_EPOCH": result.stdout.strip()}


def fingerprints(root: Path) -> dict[str, str]:
    """Map each file below `root` to the SHA-256 of its content."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }


# --- The tests --------------------------------------------------------------


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests; `-- PYTEST_OPTIONS` runs a choice of the shared ones."""
    session.install("-r", "requirements/tests.txt")
    session.run("pytest", *(session.posargs or PARALLEL))
    if not session.posargs:
        for name in APPS:
            session.notify(f"app_tests({name})")


@nox.session
@either_app
def app_tests(session: nox.Session, app: str) -> None:
    """Run an app's own tests in its own environment, as if it were copied out."""
    session.chdir(APPS[app])
    # One by one: pip refuses to install files with and without hashes together.
    for file in sorted(APPS[app].glob("requirements*.txt")):
        session.install("-r", str(file))
    session.install("-r", str(ROOT / "requirements" / "app-tests.txt"))
    session.run("python", "-m", "pytest", *(session.posargs or PARALLEL))


@nox.session
@either_app
def coverage(session: nox.Session, app: str) -> None:
    """Measure the test coverage of an app, and fail below its minimum; 10 minutes."""
    session.install("-r", "requirements/tests.txt")
    with tempfile.TemporaryDirectory() as directory:
        data = f"--data-file={Path(directory, 'data')}"
        settings = [f"--rcfile={ROOT / 'pyproject.toml'}", f"--source={APPS[app]}"]
        measure = ["coverage", "run", data, *settings, "-m", "pytest", *PARALLEL]
        session.run(*measure, "tests/contract", f"--app={app}")
        with session.chdir(APPS[app]):
            session.run(*measure)
        session.run("coverage", "combine", "--quiet", data)
        session.run("coverage", "report", data, f"--fail-under={COVERED[app]}")


@nox.session
@either_app
def contract_live(session: nox.Session, app: str) -> None:
    """Run the contract over HTTP against an app under a real server (granian)."""
    session.install("-r", "requirements/tests.txt")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        mail = Path(directory) / "mail"
        env = {
            "APP_ENV": "testing",
            "DATABASE_URL": f"sqlite:///{Path(directory, 'app.db').as_posix()}",
            "MAIL_BACKEND": "file",
            "MAIL_FILE_PATH": str(mail),
            "WEBHOOK_SECRET": LIVE_WEBHOOK_SECRET,
            # All the suite's visitors share one address here.
            "LOGIN_IP_LIMIT": "10000 per minute",
            "MAIL_IP_LIMIT": "10000 per hour",
        }
        admin = {"email": "admin@example.com", "password": "contract-live-admin"}
        with session.chdir(APPS[app]):
            create = ["create-admin", admin["email"], "--password", admin["password"]]
            session.run("flask", "initialize", env=env)
            session.run("flask", *create, env=env)
        with live_server(session, app, env) as url:
            options = [f"--base-url={url}", f"--mail-dir={mail}"]
            options += [f"--webhook-secret={LIVE_WEBHOOK_SECRET}"]
            options += [f"--admin-{key}={value}" for key, value in admin.items()]
            session.run("pytest", "tests/contract", *options, *session.posargs)


@nox.session
def attack(session: nox.Session) -> None:
    """Attack every route of both apps: forms, roles, bodies, timing; 4 minutes.

    `-- --app after` attacks one of them.
    """
    session.install("-r", "requirements/tests.txt")
    session.run("pytest", "tests/attack", *session.posargs)


@nox.session
def topology(session: nox.Session) -> None:
    """Run the contract against PostgreSQL, Redis, 2 instances, a worker and nginx.

    `-- --app before --instances 1` or `-- --proxy haproxy` changes what runs, as
    `python -m stack --help` lists; after a second `--` stand options of pytest.
    """
    session.install("-r", "requirements/tests.txt")
    mark = session.posargs.index("--") if "--" in session.posargs else None
    usual = ["--log-ins=1", "--workers=1", "--broker=worker"]
    chosen = session.posargs[:mark] or usual
    options = session.posargs[mark + 1 :] if mark is not None else []
    contract_on_stack(session, chosen, options)


@nox.session
def extraction(session: nox.Session) -> None:
    """Run billing in processes of its own: contract, faults, cost; 15 minutes.

    `-- tests`, `-- contract` or `-- cost` does one of these.
    """
    session.install("-r", "requirements/tests.txt")
    wanted = session.posargs or ["tests", "contract", "cost"]
    if "tests" in wanted:
        session.run("pytest", "tests/extraction")
    if "contract" in wanted:
        chosen = ["--extracted=billing", "--instances=1", "--workers=1"]
        contract_on_stack(session, [*chosen, "--broker=celery"], [])
    if "cost" in wanted:
        session.run("python", "-m", "benchmarks.extraction.run")


def contract_on_stack(
    session: nox.Session, chosen: list[str], options: list[str]
) -> None:
    """Run the contract through the proxy of a stack that is started for it."""
    # All the suite's visitors share one address here.
    stack = ["python", "-m", "stack", "--set=LOGIN_IP_LIMIT=10000 per minute", *chosen]
    contract = ["pytest", "tests/contract", "--base-url={url}"]
    contract += ["--mail-dir={mail_folder}", "--webhook-secret={webhook_secret}"]
    contract += ["--admin-email={admin_email}", "--admin-password={admin_password}"]
    if "haproxy" not in " ".join(chosen):  # nginx itself refuses a NUL in an address
        test = "tests/contract/test_tokens.py::test_an_invented_link_is_refused"
        kinds = ("confirm", "reset")
        contract += [f"--deselect={test}[live-%00-{kind}]" for kind in kinds]
    session.run(*stack, "--", *contract, *options)


@nox.session
def deployment(session: nox.Session) -> None:
    """Check the files of deploy/, and kill instances and services under load."""
    session.install("-r", "requirements/deployment.txt")
    session.run("pytest", *(session.posargs or ["tests/deployment"]))


@nox.session
def generator(session: nox.Session) -> None:
    """Generate apps and test them; `-- --choices=all` runs the CI of 12 of them."""
    # The linters are the app's own, too; uv installs each app's packages quickly.
    session.install("-r", "requirements/lint.txt", "-r", "requirements/nox.txt")
    session.run(
        "pytest", "tests/generator", *(session.posargs or ["-n2", "--dist=loadgroup"])
    )


@nox.session
def mutations(session: nox.Session) -> None:
    """Break the apps on purpose; the contract must go red on exactly the right test."""
    session.install("-r", "requirements/tests.txt")
    session.run("pytest", "tests/mutations", *session.posargs)


@nox.session
def shopyo(session: nox.Session) -> None:
    """Type what the site says of Shopyo; `-- --newest` tells what changed since."""
    session.install("-r", "requirements/shopyo.txt")
    if session.posargs == ["--newest"]:
        session.run("python", "-m", "tests.shopyo.newest")
        return
    session.run("pytest", "tests/shopyo", *session.posargs)


@nox.session(python=PYTHONS)
def pythons(session: nox.Session) -> None:
    """Build the site and run all tests on each supported Python that is installed."""
    session.install("-r", "requirements/tests.txt")
    check_everything(session)


@nox.session
def lowest(session: nox.Session) -> None:
    """Build and test everything with the oldest versions our ranges allow."""
    install_ranges(session, "--resolution=lowest-direct")
    check_everything(session)


@nox.session
def newest(session: nox.Session) -> None:
    """Build and test everything with the newest versions our ranges allow."""
    install_ranges(session, "--upgrade")
    check_everything(session)


def install_ranges(session: nox.Session, option: str) -> None:
    """Install the declared ranges instead of the lock; uv picks the versions."""
    session.install("uv")
    files = [f"-r={folder / 'requirements-dev.in'}" for folder in APPS.values()]
    groups = ["--group=docs", "--group=tests"]
    session.run("uv", "pip", "install", option, *files, *groups)


def check_everything(session: nox.Session) -> None:
    """Run every suite in the session's one environment; the site's tests build it."""
    session.run("pytest", *PARALLEL)
    for folder in APPS.values():
        with session.chdir(folder):
            session.run("python", "-m", "pytest")


@contextmanager
def live_server(session: nox.Session, app: str, env: dict[str, str]) -> Iterator[str]:
    """Serve an app with granian on a free port; yield its URL once it answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    granian = shutil.which("granian", path=os.pathsep.join(session.bin_paths or []))
    command = [str(granian), "--interface=wsgi", f"--port={port}", *SERVE[app]]
    server = subprocess.Popen(command, cwd=APPS[app], env={**os.environ, **env})
    try:
        for _ in range(100):
            if server.poll() is None and answers(f"{url}/healthz"):
                break
            time.sleep(0.2)
        else:
            session.error(f"The {app} app did not answer on {url}/healthz.")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


def answers(url: str) -> bool:
    """Tell whether a GET of `url` is answered with success."""
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - it is ours
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@nox.session
def bench(session: nox.Session) -> None:
    """Measure what the structure costs and write the file that the site shows."""
    session.install("-r", "requirements/tests.txt")
    session.run("python", "benchmarks/structure_cost.py", *session.posargs)


@nox.session
def load(session: nox.Session) -> None:
    """Load both apps as 100,000 users do, and write what the site shows; 12 minutes.

    `-- --short` loads little, and fails when anything is lost or wrong; `-- --again`
    adds a line to what is known. Needs nginx and redis-server.
    """
    session.install("-r", "requirements/tests.txt")
    session.run("python", "-m", "benchmarks.load.run", *session.posargs)


@nox.session
def scale(session: nox.Session) -> None:
    """Measure scale problems before and after, with a million rows; 5 minutes.

    `-- --users 5000 --rounds 2` is quick. Needs redis-server.
    """
    session.install("-r", "requirements/tests.txt")
    session.run("python", "-m", "benchmarks.scale.run", *session.posargs)


@nox.session
def claims(session: nox.Session) -> None:
    """Try to break every claim of the guide; 10 minutes."""
    session.install("-r", "requirements/tests.txt")
    session.run("pytest", "tests/claims", "-n2", *session.posargs)


@nox.session
def evidence(session: nox.Session) -> None:
    """Do the same, and write down what the site shows of it; 15 minutes."""
    session.install("-r", "requirements/tests.txt")
    record = "--evidence=docs/_data/evidence.json"
    session.run("pytest", "tests/claims", "-n2", record, *session.posargs)


@nox.session
def startup(session: nox.Session) -> None:
    """Measure what one more module costs at the start, beside Shopyo; 10 minutes."""
    session.install("-r", "requirements/tests.txt")
    session.run("python", "benchmarks/startup_per_module.py", *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """Kill at every step, then under load; half an hour, `-- --short` 3 minutes."""
    session.install("-r", "requirements/tests.txt")
    session.run("pytest", "tests/faults")
    session.run("python", "-m", "benchmarks.faults.run", *session.posargs)


@nox.session
def peers(session: nox.Session) -> None:
    """Start an app with us and with each peer, and measure it all; 8 minutes."""
    session.install("-r", "requirements/tests.txt")
    session.run("python", "-m", "benchmarks.peers.run", *session.posargs)


# --- The two apps -----------------------------------------------------------


@nox.session
def before(session: nox.Session) -> None:
    """Run the monolith with demo data on port 5001; `-- --port N` for another."""
    run_app(session, "before")


@nox.session
def after(session: nox.Session) -> None:
    """Run the modular app with demo data on port 5002; `-- --port N` for another."""
    run_app(session, "after")


def run_app(session: nox.Session, app: str) -> None:
    """Prepare an app's database, fill it with demo data and serve it."""
    host, port = ADDRESSES[app]
    parser = argparse.ArgumentParser(prog=f"nox -s {app} --")
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--users", type=int, default=200, help="people to invent")
    options = parser.parse_args(session.posargs)

    session.chdir(APPS[app])
    session.install("-r", "requirements.txt")
    refuse_used_port(session, app, options.port)
    session.run("flask", "initialize")
    session.run("flask", "demo", "--users", str(options.users))
    session.log(f"Open http://{host}:{options.port}/ (Ctrl+C stops it)")
    session.run("flask", "run", "--port", str(options.port))


def refuse_used_port(session: nox.Session, app: str, port: int) -> None:
    """Stop with one clear line when something else listens on the port."""
    with closing(socket.socket()) as probe:
        used = probe.connect_ex(("127.0.0.1", port)) == 0
    if used:
        other = f"nox -s {app} -- --port {port + 10}"
        session.error(f"Port {port} is in use. Stop what uses it, or run: {other}")


# --- The workshop -----------------------------------------------------------


@nox.session
def lint(session: nox.Session) -> None:
    """Check format, style, types, prose and workflows; `-- --fix` fixes what it can.

    `-- --baseline` rewrites the number of wordings that each file may still have.
    """
    session.install("-r", "requirements/lint.txt")
    fix = "--fix" in session.posargs
    session.run("ruff", "format", *([] if fix else ["--check"]))
    session.run("ruff", "check", *(["--fix"] if fix else []))
    scaffold = "examples/after_modular/tests/test_scaffold_lint.py"
    session.run("pytest", scaffold, "-q")
    session.run("mypy")
    with session.chdir(APPS["after"]):  # it has settings of its own
        session.run("mypy")
    session.run("pytest", "tests/prose", "-q")
    rewrite = "--baseline" in session.posargs
    session.run("python", "-m", "tests.prose", *(["--baseline"] if rewrite else []))
    check_github(session)


def check_github(session: nox.Session) -> None:
    """Check the files below .github: their schemas, and the security of workflows."""
    with tempfile.TemporaryDirectory() as directory:
        shipped = Path(directory) / ".github"
        shutil.copytree(APPS["after"] / ".github", shipped)
        for template in shipped.rglob("*.copier"):
            # Without its template tags, a workflow has the steps of every answer.
            lines = template.read_text(encoding="utf-8").splitlines(keepends=True)
            text = "".join(line for line in lines if not line.startswith("[%"))
            template.with_suffix("").write_text(text, encoding="utf-8")
        options = ["--offline", "--pedantic", "--strict-collection", "--quiet"]
        session.run("zizmor", *options, ".", directory)
        for schema, pattern in {
            "vendor.github-workflows": ".github/workflows/*.yml",
            "vendor.github-issue-forms": ".github/ISSUE_TEMPLATE/*.yml",
            "vendor.dependabot": ".github/dependabot.yml",
            "vendor.readthedocs": ".readthedocs.yaml",
        }.items():
            roots = (ROOT, Path(directory))
            files = [str(path) for root in roots for path in root.glob(pattern)]
            session.run("check-jsonschema", "-q", f"--builtin-schema={schema}", *files)


@nox.session
def lock(session: nox.Session) -> None:
    """Pin every dependency for all supported Pythons; `-- --upgrade` renews them."""
    session.install("-r", "requirements/nox.txt")
    apps = [f"examples/{folder.name}/requirements-dev.in" for folder in APPS.values()]
    production = "examples/after_modular/requirements-production.in"
    groups = {
        "lint": ["--group=docs", "--group=tests", "--group=lint", *apps, production],
        "tests": ["--group=docs", "--group=tests", *apps, production],
        "deployment": [
            *("--group=deployment", "--group=tests", production),
            "examples/before_monolith/requirements.in",
        ],
        "app-tests": ["--group=app-tests"],
        "audit": ["--group=audit"],
        "docs": ["--group=docs"],
        "shopyo": ["--group=shopyo"],
        "nox": ["--group=nox"],
    }
    hashed = {f"requirements/{name}.txt": given for name, given in groups.items()}
    hashed[production.replace(".in", ".txt")] = [production]
    # pip refuses a file in which only some lines have hashes, and readers add lines.
    plain = {
        f"examples/{folder.name}/{name}.txt": [f"examples/{folder.name}/{name}.in"]
        for folder in APPS.values()
        for name in ("requirements", "requirements-dev")
    }

    # The first lock holds everything; the others follow it, so all of them agree.
    everything, *_ = hashed
    options = ["--universal", "--python-version=3.11", "--quiet", *session.posargs]
    for output, given in {**hashed, **plain}.items():
        hashes = ["--generate-hashes"] if output in hashed else []
        follow = [] if output == everything else [f"--constraints={everything}"]
        command = "nox -s lock"
        if output.startswith("examples/"):  # which has no nox when it is copied out
            files = [Path(*given).name, "-o", Path(output).name]
            command = " ".join(["uv pip compile --universal", *hashes, *files])
        session.run(
            *("uv", "pip", "compile", *options, *hashes, *given, *follow),
            *("--output-file", output, "--no-annotate"),
            *("--custom-compile-command", command),
        )
