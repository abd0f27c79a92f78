"""Event deliveries: pending, failed (dead-lettered) and orphaned ones."""

from flask import abort, request

from kernel import current_kernel
from web.pagination import Page

# Orphaned ones are pending or failed, and no code defines their listener or event.
KINDS = {
    "failed": ("FAILED",),
    "pending": ("PENDING", "PROCESSING"),
    "orphaned": ("ORPHANED",),
}
PAGE_SIZE = 50


def list_deliveries(kind: str) -> Page[object]:
    """Return a page of the deliveries of a kind, newest first.

    It is empty if events are delivered in process, because deliveries are not stored.

    :param kind: one of :data:`KINDS`.
    """
    if (log := current_kernel.delivery_log) is None:
        return Page([], None)
    before = request.args.get("before", type=int)
    if "before" in request.args and before is None:
        abort(400)
    found = log.find(KINDS[kind], before=before, limit=PAGE_SIZE + 1)
    items = found[:PAGE_SIZE]
    return Page(items, str(items[-1].id) if len(found) > PAGE_SIZE else None)


def count_kinds() -> dict[str, int]:
    """Return the number of deliveries of each kind."""
    log = current_kernel.delivery_log
    counts = log.counts() if log else {}
    return {
        kind: sum(counts.get(state, 0) for state in states)
        for kind, states in KINDS.items()
    }


def retry(ids: list[int] | None = None) -> int:
    """Retry failed or, by id, orphaned deliveries, by default all failed ones."""
    log = current_kernel.delivery_log
    return log.retry(ids) if log else 0


def purge(ids: list[int]) -> int:
    """Delete failed or orphaned deliveries; return how many."""
    log = current_kernel.delivery_log
    return log.purge(ids) if log else 0
