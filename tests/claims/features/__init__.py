"""Five features that five people might build in one week, in either app.

Each is built as the app's structure wants it: in the monolith beside what it is
about, imports in alphabetical order, menus and forms at their end; in the modular app
as a module of its own, or inside the module that it belongs to.
"""

from . import bookmarks, comments, note, subtitle, tags, year
from .building import Feature, build

__all__ = ["FEATURES", "SUBTITLE", "TAGS", "Feature", "build"]

TAGS = tags.FEATURE
SUBTITLE = subtitle.FEATURE
FEATURES = [bookmarks.FEATURE, comments.FEATURE, TAGS, year.FEATURE, note.FEATURE]
