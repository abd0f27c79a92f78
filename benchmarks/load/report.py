"""What a run of the load generator has measured, in a few numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

# Requests that check or hash a password: slow on purpose.
PASSWORD_REQUESTS = frozenset({"log in", "register"})


class Sample(NamedTuple):
    """One answer.

    :param moment: seconds after the start when it came.
    :param milliseconds: since it should have been asked for.
    :param trouble: what was wrong with it; "" if nothing was.
    """

    moment: float
    name: str
    milliseconds: float
    trouble: str


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` of the values do not exceed; 0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def summary(
    samples: Sequence[Sample],
    *,
    warm_up: float,
    seconds: float,
    unfinished: int,
    lags: Sequence[float],
) -> dict[str, Any]:
    """Return rates (1/s), latencies (ms) and errors (by kind).

    The rate is that of right answers. Latencies are of the time after the warm-up,
    wrong answers and missing ones included, errors of all the time.

    :param unfinished: visits that were still waiting when everything was over.
    :param lags: how late (s) the generator itself was, for each visit.
    """
    errors = Counter(sample.trouble for sample in samples if sample.trouble)
    if unfinished:
        errors["no answer"] += unfinished
    measured = [sample for sample in samples if sample.moment >= warm_up]
    end = warm_up + seconds
    good = [s for s in measured if s.moment <= end and not s.trouble]
    names = sorted({sample.name for sample in measured})
    by_name = {
        name: [s.milliseconds for s in measured if s.name == name] for name in names
    }
    everything = [sample.milliseconds for sample in measured]
    pages = [s.milliseconds for s in measured if s.name not in PASSWORD_REQUESTS]
    passwords = [s.milliseconds for s in measured if s.name in PASSWORD_REQUESTS]
    return {
        "requests": len(samples),
        "rate": round(len(good) / seconds, 1),
        "errors": dict(errors),
        **{
            f"p{int(100 * share)}": round(percentile(everything, share), 1)
            for share in (0.5, 0.95, 0.99)
        },
        "max": round(max(everything, default=0.0), 1),
        "pages_p95": round(percentile(pages, 0.95), 1),
        "passwords_p95": round(percentile(passwords, 0.95), 1),
        "generator_lag_p99": round(1000 * percentile(lags, 0.99), 1),
        "pages": {
            name: {
                "count": len(values),
                "p50": round(percentile(values, 0.5), 1),
                "p95": round(percentile(values, 0.95), 1),
            }
            for name, values in by_name.items()
        },
    }
