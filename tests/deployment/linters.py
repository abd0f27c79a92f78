"""Public validators, each of which reads some of the files of a deploy/ folder.

Each takes the folder and returns what is wrong, "" if nothing is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import yaml
from stack import machine, proxy

CONTEXT = Path(__file__).parents[2] / "examples" / "after_modular"
DEPLOY = CONTEXT / "deploy"
NGINX_VALUES = {
    "LISTEN": "127.0.0.1:8080",
    "APP_SERVERS": "server 127.0.0.1:8001 max_fails=0;",
    "LOG_IN_SERVERS": "server 127.0.0.1:8003 max_fails=0;",
}
# What gixy warns of, and why it is meant: the app builds links from BASE_URL and not
# from Host, which has the port in it; the variable of proxy_pass names an upstream; the
# app sets Strict-Transport-Security itself.
MEANT = "host_spoofing,missing_resolver,hsts_header"


def container(deploy: Path, scratch: Path) -> str:
    """The container file, by hadolint."""
    return run(tool("hadolint"), str(deploy / "Containerfile"))


def compose(deploy: Path, scratch: Path) -> str:
    """The Compose file, by the schema of the Compose specification."""
    check = [tool("check-jsonschema"), "--builtin-schema=vendor.compose-spec", "-q"]
    return run(*check, str(deploy / "compose.yaml"))


def kubernetes(deploy: Path, scratch: Path) -> str:
    """The manifests, by the schemas of Kubernetes."""
    problems = []
    for path in sorted((deploy / "kubernetes").glob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text()):
            try:
                kubernetes_validate.validate(document, "1.37", strict=True)
            except kubernetes_validate.ValidationError as error:
                problems.append(f"{path.name}: {error.message}")
    return "\n".join(problems)


def units(deploy: Path, scratch: Path) -> str:
    """The units, by systemd itself, on a machine that has the app in its place."""
    root = _machine_with_units(deploy, scratch)
    names = [path.name.replace("@.", "@8001.") for path in _units(deploy)]
    return run("systemd-analyze", "verify", f"--root={root}", *names)


def exposure(deploy: Path, scratch: Path) -> str:
    """How much an attacker in one of the services could do, by systemd itself."""
    services = [str(path) for path in _units(deploy) if path.suffix == ".service"]
    limits = ["--offline=yes", "--threshold=20", "--no-pager"]
    return run("systemd-analyze", "security", *limits, *services)


def nginx(deploy: Path, scratch: Path) -> str:
    """The template for nginx, filled in, by nginx itself and by gixy."""
    config = scratch / "nginx.conf"
    for name in ("cache", "tls"):
        (scratch / name).mkdir(exist_ok=True)
    values = NGINX_VALUES | {
        "CACHE_FOLDER": str(scratch / "cache"),
        "TLS_FOLDER": str(scratch / "tls"),
        **_certificate(scratch),
    }
    for source, target in {
        "nginx.conf.template": scratch / "site.conf",
        "tls.conf.template": scratch / "tls" / "tls.conf",
    }.items():
        target.write_text(proxy.fill_in((deploy / source).read_text(), values))
    config.write_text(f"events {{}}\nhttp {{\ninclude {scratch}/site.conf;\n}}\n")
    own = ["-g", f"pid {scratch}/pid;", "-e", "stderr", "-p", str(scratch)]
    program = machine.find_program("nginx")
    return run(program, "-t", "-q", "-c", str(config), *own) or run(
        tool("gixy"), f"--skips={MEANT}", "--format=console", str(config)
    )


def haproxy(deploy: Path, scratch: Path) -> str:
    """The configuration of HAProxy, by HAProxy itself."""
    env = {"LISTEN": "127.0.0.1:8080", "APP_1": "127.0.0.1:8001"}
    env |= {"APP_2": "127.0.0.1:8002", "LOG_IN_1": "127.0.0.1:8003"}
    config = str(deploy / "haproxy.cfg")
    return run(machine.find_program("haproxy"), "-c", "-q", "-f", config, **env)


def run(*command: str, **env: str) -> str:
    """Return what a command says, "" if it is silent or content."""
    done = subprocess.run(
        command,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        return done.stdout or f"exit code {done.returncode}"
    # systemd-analyze verify warns and is content; the others warn of nothing.
    return done.stdout if command[1] == "verify" else ""


def tool(name: str) -> str:
    """Return the path of a program that pip installed."""
    return str(Path(sys.executable).with_name(name))


def _units(deploy: Path) -> list[Path]:
    return sorted((deploy / "systemd").iterdir())


def _machine_with_units(deploy: Path, scratch: Path) -> Path:
    """Return the root of a machine with the units, and the programs that they start."""
    root = scratch / "machine"
    shutil.copytree(deploy / "systemd", root / "etc/systemd/system")
    programs = root / "srv/app/.venv/bin"
    programs.mkdir(parents=True)
    for name in ("flask", "granian"):
        shutil.copy("/bin/true", programs / name)
    system = root / "usr/lib/systemd/system"
    system.mkdir(parents=True)
    for target in Path("/lib/systemd/system").glob("*.target"):
        shutil.copy(target, system)
    return root


def _certificate(scratch: Path) -> dict[str, str]:
    certificate, key = scratch / "certificate.pem", scratch / "key.pem"
    problem = run(
        *("openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048"),
        *("-subj", "/CN=app.example.com", "-keyout", str(key)),
        *("-out", str(certificate)),
    )
    assert not problem, problem
    return {"CERTIFICATE": str(certificate), "CERTIFICATE_KEY": str(key)}
