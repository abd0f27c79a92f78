"""Bookmarks: posts that a member wants to find again."""

from kernel.manifest import Link, Module

module = Module(
    import_name=__name__,
    title="Bookmarks",
    summary="Members keep links to what they want to find again.",
    depends_on=("auth",),
    links=(Link("Bookmarks", "bookmarks.index", audience="member"),),
)
