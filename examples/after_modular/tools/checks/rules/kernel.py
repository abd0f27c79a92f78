"""The kernel imports no module, and neither does what is shared.

It could not be understood, tested or used in another app without the modules that it
knows. Nor does it import the tools, which are not there in production; only a command
may, when it is called.
"""

from collections.abc import Iterator

from ..project import Project
from ..violation import Finding

NAMES = {
    "core": "the kernel",
    "outbox": "the outbox",
    "operations": "operations",
    "remote": "the package of remote modules",
    "shared": "what is shared",
}
ABOVE = {
    "core": ("app", "modules", "operations", "outbox", "remote", "shared", "tools"),
    "outbox": ("modules", "operations", "remote", "shared", "tools"),
    "operations": ("app", "modules", "remote", "shared", "tools"),
    "remote": ("app", "modules", "shared", "tools"),
    "shared": ("app", "modules", "tools"),
}


def check(project: Project) -> Iterator[Finding]:
    """Yield each import by the kernel of what stands above it."""
    for each in project.imports:
        target = each.imported.split(".")[0]
        importer = each.importer.split(".")[0]
        if importer not in ABOVE or (target == "tools" and each.lazy):
            continue
        if target in ABOVE[importer]:
            instead = "Let the module register itself: give it a hook, or an event."
            if target == "tools":
                instead = "Import it inside of the command that needs it."
            what = f"{NAMES[importer]} imports {each.imported}"
            yield Finding(project.file_of(each.importer), each.line, what, instead)
