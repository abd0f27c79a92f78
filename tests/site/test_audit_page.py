"""The page on the audit shows what the command prints today."""

from tests.terminal import ROOT, Terminal, block


def test_the_audit_of_the_monolith() -> None:
    commands, shown = block("how-to/audit-your-app.rst", "audit")
    printed = Terminal(ROOT).must_run(*commands).splitlines()
    assert [line.strip() for line in printed if line] == shown
