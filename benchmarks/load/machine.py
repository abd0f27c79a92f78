"""What the figures were measured on, and with."""

from __future__ import annotations

import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from benchmarks.load.database import Database

PACKAGES = ("flask", "sqlalchemy", "psycopg", "granian", "locust")
PROGRAMS = (("nginx", "-v"), ("redis-server", "--version"))


def describe_machine(database: Database) -> dict[str, Any]:
    """Return date, machine and versions; nothing that tells whose machine it is."""
    cores = psutil.cpu_count() or 1
    memory = round(psutil.virtual_memory().total / 2**30)
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "cores": cores,
        "machine": f"{cores} cores ({processor()}), {memory} GB, {platform.system()}",
        "python": platform.python_version(),
        "versions": {
            **{name: version(name) for name in PACKAGES},
            "postgresql": database.version(),
            **{name: _version_of(name, option) for name, option in PROGRAMS},
        },
    }


def processor() -> str:
    """Return the model of the processor, as far as the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.exists() else ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1] if found else platform.machine()


def _version_of(program: str, option: str) -> str:
    done = subprocess.run([program, option], capture_output=True, text=True, check=True)
    found = re.search(r"[0-9]+(\.[0-9]+)+", done.stdout + done.stderr)
    return found[0] if found else "unknown"
