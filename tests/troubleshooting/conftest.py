"""The cases' own tests run in folders of their own."""

collect_ignore = ["flask", "modular"]
