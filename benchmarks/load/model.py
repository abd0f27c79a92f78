"""From users to requests per second, and from there to processes and machines.

The one place where these formulas stand: the load test drives the apps at the rates
they give, and the capacity page of the site computes with a copy in JavaScript that a
test compares with this one. Rates are requests a second, costs are milliseconds of
CPU for one request, shares are between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal, NamedTuple

DAY = 86_400  # seconds
Activity = Literal["registered", "daily", "concurrent"]
Costs = Mapping[str, Mapping[str, float]]


class Assumption(NamedTuple):
    """A number that the model takes for granted, and why."""

    value: float
    unit: str
    basis: str


ASSUMPTIONS = {
    "daily_share": Assumption(
        0.2,
        "daily active users per registered user",
        "Our choice.",
    ),
    "requests_per_day": Assumption(
        50,
        "dynamic requests per daily active user and day",
        "Our choice. Measure it in the access log of your own app.",
    ),
    "peak_factor": Assumption(
        5,
        "ratio of the peak to the mean of the day",
        "Our choice, for a site whose users live in one time zone.",
    ),
    "spike_factor": Assumption(
        3, "ratio of a spike to the peak", "Our choice, for a campaign or a newsletter."
    ),
    "think_time": Assumption(
        30,
        "seconds between two requests of a user who is online",
        "Between 10 for users who click through lists and 300 for users who read.",
    ),
    "log_ins_per_day": Assumption(
        1,
        "logins per daily active user and day",
        "Our choice, and a high one: no user stays logged in until the next day.",
    ),
    "storm_log_ins": Assumption(
        12,
        "logins per second in a login burst, with 60 pages per second",
        "Our choice: twice as many as at the peak of 100,000 daily active users.",
    ),
    "utilization": Assumption(
        0.6,
        "share of the cores that is busy at the peak, at most",
        "Our choice. Waiting times grow steeply beyond it.",
    ),
}

# What the requests of the load test are for, as shares of them. A log-in visit is three
# requests (form, password, dashboard), so 2 % of all requests check a password, as
# `log_ins_per_day` of `requests_per_day` says.
MIX = {"public": 0.45, "member": 0.45, "write": 0.04, "log-in": 0.06}
MIXES = {
    "mixed": MIX,
    "reading": {"public": 0.85, "member": 0.12, "write": 0.01, "log-in": 0.02},
    "working": {"public": 0.1, "member": 0.7, "write": 0.14, "log-in": 0.06},
}

# PostgreSQL's defaults: max_connections, superuser_reserved_connections.
MAX_CONNECTIONS = 100
RESERVED_CONNECTIONS = 3


class Rates(NamedTuple):
    """Requests a second."""

    mean: float
    peak: float
    spike: float


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Who comes, and what they do.

    :param users: how many there are, counted as ``activity`` says.
    :param mix: the share of the requests of each kind, such as ``{"public": 0.7,
        "member": 0.25, "write": 0.03, "log-in": 0.02}``; the sum is 1.
    :param events_per_write: event deliveries that one writing request causes.
    """

    users: int
    activity: Activity
    mix: Mapping[str, float]
    requests_per_day: float = ASSUMPTIONS["requests_per_day"].value
    peak_factor: float = ASSUMPTIONS["peak_factor"].value
    spike_factor: float = ASSUMPTIONS["spike_factor"].value
    think_time: float = ASSUMPTIONS["think_time"].value
    daily_share: float = ASSUMPTIONS["daily_share"].value


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What one machine and one process have to offer.

    :param cores: of one machine.
    :param speed: of one core, as a multiple of one core of the measured machine.
    :param connections: that one process may open: pool size and overflow.
    """

    cores: int = 2
    speed: float = 1.0
    connections: int = 10
    utilization: float = ASSUMPTIONS["utilization"].value


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a load test found out.

    :param costs: CPU milliseconds by kind of request and by process group, such as
        ``{"public": {"app": 1.5, "database": 0.3, "proxy": 0.1}, ...}``.
    :param rate: the highest rate that was carried.
    :param cores: of the machine that carried it.
    """

    costs: Costs
    rate: float
    cores: int


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """What it takes. ``extrapolated`` says in words what nobody has measured."""

    peak: float
    spike: float
    cost: float
    app_processes: int
    log_in_processes: int
    workers: int
    database_cores: int
    cores: int
    machines: int
    connections: int
    pgbouncer: bool
    busy_in_spike: float
    extrapolated: tuple[str, ...]


def rates(
    *,
    users: int,
    activity: Activity,
    requests_per_day: float = ASSUMPTIONS["requests_per_day"].value,
    peak_factor: float = ASSUMPTIONS["peak_factor"].value,
    spike_factor: float = ASSUMPTIONS["spike_factor"].value,
    think_time: float = ASSUMPTIONS["think_time"].value,
    daily_share: float = ASSUMPTIONS["daily_share"].value,
) -> Rates:
    """Return the requests a second of ``users`` people.

    :param activity: ``registered``: they have an account; ``daily``: they come every
        day; ``concurrent``: they are there now, so that this *is* the peak.
    :param think_time: seconds, for concurrent users only.
    :raises ValueError: for an activity that is none of these.
    """
    if activity == "concurrent":
        peak = users / think_time
        return Rates(peak / peak_factor, peak, peak * spike_factor)
    if activity not in ("registered", "daily"):
        raise ValueError(f"{activity!r} is not registered, daily or concurrent")
    daily = users * daily_share if activity == "registered" else users
    mean = daily * requests_per_day / DAY
    return Rates(mean, mean * peak_factor, mean * peak_factor * spike_factor)


def log_in_share(
    *,
    log_ins_per_day: float = ASSUMPTIONS["log_ins_per_day"].value,
    requests_per_day: float = ASSUMPTIONS["requests_per_day"].value,
) -> float:
    """Return which share of the requests checks a password."""
    return log_ins_per_day / requests_per_day


def cost_of(*, mix: Mapping[str, float], costs: Costs, group: str) -> float:
    """Return the CPU milliseconds of one request of the mix in a process group.

    :raises ValueError: when the shares of the mix don't add up to 1.
    """
    if abs(sum(mix.values()) - 1) > 1e-6:
        raise ValueError(f"the mix adds up to {sum(mix.values()):.3f}, not to 1")
    return sum(share * costs[kind].get(group, 0.0) for kind, share in mix.items())


def busy_cores(*, rate: float, milliseconds: float, speed: float = 1.0) -> float:
    """Return how many cores a rate of requests of this cost keeps busy."""
    return rate * milliseconds / 1000 / speed


def capacity(
    *, demand: Demand, measured: Measured, deployment: Deployment | None = None
) -> Capacity:
    """Return what carries the peak, and how busy it is in the spike.

    A process of the app can use one core, so there are as many as cores are needed,
    but two at least: one may be restarted. Log-ins have processes of their own. On
    more than one machine, the database gets one for itself.
    """
    deployment = deployment or Deployment()
    _, peak, spike = rates(
        users=demand.users,
        activity=demand.activity,
        requests_per_day=demand.requests_per_day,
        peak_factor=demand.peak_factor,
        spike_factor=demand.spike_factor,
        think_time=demand.think_time,
        daily_share=demand.daily_share,
    )
    busy = {
        group: busy_cores(
            rate=peak,
            milliseconds=cost_of(mix=demand.mix, costs=measured.costs, group=group),
            speed=deployment.speed,
        )
        for group in ("app", "log-ins", "workers", "database", "redis", "proxy")
    }
    needed = {name: cores / deployment.utilization for name, cores in busy.items()}
    cores = sum(needed.values())
    app = max(2, ceil(needed["app"]))
    log_ins = max(1, ceil(needed["log-ins"]))
    workers = max(1, ceil(needed["workers"]))
    connections = (app + log_ins + workers) * deployment.connections
    machines = _machines(cores, needed["database"], deployment.cores)
    provided = _provided(machines, needed["database"], deployment.cores)
    return Capacity(
        peak=peak,
        spike=spike,
        cost=sum(busy.values()) * 1000 * deployment.speed / peak if peak else 0.0,
        app_processes=app,
        log_in_processes=log_ins,
        workers=workers,
        database_cores=max(1, ceil(needed["database"])),
        cores=max(1, ceil(cores)),
        machines=machines,
        connections=connections,
        pgbouncer=connections > MAX_CONNECTIONS - RESERVED_CONNECTIONS,
        busy_in_spike=sum(busy.values()) * demand.spike_factor / provided,
        extrapolated=_extrapolated(peak, machines, measured, deployment),
    )


def _machines(cores: float, database: float, per_machine: int) -> int:
    """Return how many machines: one for all, or one for the database and others."""
    if cores <= per_machine:
        return 1
    return 1 + max(2, ceil((cores - database) / per_machine))


def _provided(machines: int, database: float, per_machine: int) -> float:
    """Return the cores there are; the database's machine is as large as it must be."""
    if machines == 1:
        return per_machine
    return (machines - 1) * per_machine + max(per_machine, ceil(database))


def _extrapolated(
    peak: float, machines: int, measured: Measured, deployment: Deployment
) -> tuple[str, ...]:
    reasons = []
    if peak > measured.rate:
        reasons.append("rate")
    if machines > 1:
        reasons.append("machines")
    if deployment.cores != measured.cores or deployment.speed != 1:
        reasons.append("machine")
    return tuple(reasons)
