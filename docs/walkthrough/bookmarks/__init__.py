"""Bookmarks: links that a user saves."""

from kernel import Link, Module

module = Module(
    import_name=__name__,
    title="Bookmarks",
    summary="Users save links to pages that they want to find again.",
    depends_on=("auth",),
    links=(Link("Bookmarks", "bookmarks.index", audience="member"),),
)
