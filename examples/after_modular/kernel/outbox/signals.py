"""Signals: for those who watch the outbox, such as metrics and traces."""

from blinker import signal

# An event is about to be written. The receiver gets ``event`` and may add to
# ``headers``, a dict of strings that goes with it.
recording = signal("outbox-recording")

# A Celery worker is about to begin. The receiver gets ``celery``, and may add tasks.
working = signal("outbox-working")

# A listener has had an event, or has failed on it. The receiver gets the ``row``, the
# ``outcome`` ("completed", "retried", "failed" or "lost") and the ``seconds`` it took.
delivered = signal("outbox-delivered")
