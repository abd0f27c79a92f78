"""Where a log-in may lead: an open redirect helps those who fish for passwords."""

import re

# A path of this site: "//host" and "/\host" lead elsewhere, and browsers drop
# control characters before they look.
SAFE = re.compile(r"/(?!/)[^\\\x00-\x1f\x7f]*")


def is_safe(target: str) -> bool:
    """Return whether ``target`` stays on the site."""
    return SAFE.fullmatch(target) is not None
