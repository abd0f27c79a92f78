"""Type Shopyo's road with the newest releases, and say what behaves differently.

Run by ``nox -s shopyo -- --newest``. A difference is news and no failure: the site
names the releases that it was typed with.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

from tests.environment import Environment
from tests.terminal import ROOT

PACKAGES = ("shopyo", "shopyo-auth", "shopyo-dashboard", "shopyo-appadmin")
SHOW = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))"


def main() -> None:
    """Install the newest releases, run the tests with them, print the differences."""
    with tempfile.TemporaryDirectory() as folder:
        environment = Environment(Path(folder) / "environment")
        environment.install("--upgrade", "pytest", "python-dotenv", *PACKAGES)
        for package in PACKAGES:
            newest = _printed(environment, SHOW, package)
            print(f"{package}: the site names {version(package)}, newest is {newest}")
        report = Path(folder) / "report.xml"
        _run_tests(environment, report)
        differences = _failures(report)
    for name, message in differences.items():
        print(f"Differs: {name}\n    {message}")
    print(f"{len(differences)} tests see another behaviour than the site describes.")


def _printed(environment: Environment, code: str, *arguments: str) -> str:
    command = [str(environment.python), "-c", code, *arguments]
    return subprocess.check_output(command, text=True).strip()


def _run_tests(environment: Environment, report: Path) -> None:
    options = ["-q", "-m", "not pinned", f"--junitxml={report}"]
    command = [str(environment.python), "-m", "pytest", "tests/shopyo", *options]
    result = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if result.returncode not in (0, 1):  # 1: tests failed
        raise SystemExit(f"pytest could not run:\n{result.stdout}{result.stderr}")


def _failures(report: Path) -> dict[str, str]:
    """Return the line of each failed test that names the error."""
    found = {}
    for case in ElementTree.parse(report).iter("testcase"):
        for outcome in (*case.iter("failure"), *case.iter("error")):
            text = outcome.text or outcome.get("message") or ""
            named = re.findall(r"(?:E +)?(\S*(?:Error|Exception)\b:? .+)", text)
            lines = named or text.strip().splitlines()
            found[case.get("name", "")] = lines[-1] if lines else "no message"
    return found


if __name__ == "__main__":
    main()
