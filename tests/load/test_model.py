"""The formulas that turn users into requests, and requests into machines."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from benchmarks.load.model import (
    MAX_CONNECTIONS,
    RESERVED_CONNECTIONS,
    Demand,
    Deployment,
    Measured,
    busy_cores,
    capacity,
    cost_of,
    log_in_share,
    rates,
)

MIX = {"public": 0.7, "member": 0.25, "write": 0.03, "log-in": 0.02}
MEASURED = Measured(
    costs={
        "public": {"app": 2.0, "database": 0.5, "proxy": 0.1},
        "member": {"app": 3.0, "database": 1.0, "proxy": 0.1},
        "write": {"app": 5.0, "database": 3.0, "proxy": 0.1, "workers": 6.0},
        "log-in": {"log-ins": 40.0, "database": 0.5, "proxy": 0.1},
    },
    rate=400.0,
    cores=2,
)
DEMAND = Demand(users=100_000, activity="daily", mix=MIX)
USERS = (1_000, 10_000, 50_000, 100_000, 300_000, 1_000_000, 10_000_000)


@pytest.mark.parametrize(
    ("activity", "peak", "spike"),
    [("registered", 58, 174), ("daily", 289, 868), ("concurrent", 3_333, 10_000)],
)
def test_a_hundred_thousand_users(activity, peak, spike):
    found = rates(users=100_000, activity=activity)
    assert round(found.peak) == peak
    assert round(found.spike) == spike


def test_an_activity_that_nobody_knows():
    with pytest.raises(ValueError, match="'weekly' is not registered"):
        rates(users=1, activity="weekly")


def test_concurrent_users_think():
    assert rates(users=100, activity="concurrent", think_time=10).peak == 10
    assert rates(users=3_000, activity="concurrent", think_time=300).peak == 10


@pytest.mark.parametrize("activity", ["registered", "daily", "concurrent"])
def test_rates_grow_with_the_users_in_a_straight_line(activity):
    one = rates(users=1_000, activity=activity)
    ten = rates(users=10_000, activity=activity)
    assert ten == pytest.approx([10 * rate for rate in one])
    assert one.mean < one.peak < one.spike
    assert rates(users=0, activity=activity) == (0, 0, 0)


def test_everybody_logs_in_once_a_day():
    assert log_in_share() == 0.02


def test_the_cost_of_a_mix():
    assert cost_of(mix={"public": 1}, costs=MEASURED.costs, group="app") == 2
    half = {"public": 0.5, "member": 0.5}
    assert cost_of(mix=half, costs=MEASURED.costs, group="app") == 2.5
    assert cost_of(mix=half, costs=MEASURED.costs, group="workers") == 0


def test_a_mix_that_is_not_whole():
    with pytest.raises(ValueError, match=r"adds up to 0\.900"):
        cost_of(mix={"public": 0.9}, costs=MEASURED.costs, group="app")


def test_busy_cores():
    assert busy_cores(rate=200, milliseconds=5) == 1
    assert busy_cores(rate=200, milliseconds=5, speed=2) == 0.5


def test_what_was_measured_is_not_extrapolated():
    found = capacity(demand=replace(DEMAND, users=20_000), measured=MEASURED)
    assert (found.machines, found.extrapolated) == (1, ())
    assert found.cost == pytest.approx(
        0.7 * 2.6 + 0.25 * 4.1 + 0.03 * 14.1 + 0.02 * 40.6
    )
    assert 0 < found.busy_in_spike < 1


def test_what_was_not_measured_says_so():
    def reasons(deployment=None, **changes):
        demand = replace(DEMAND, **changes)
        found = capacity(demand=demand, measured=MEASURED, deployment=deployment)
        return set(found.extrapolated)

    assert "rate" in reasons(users=200_000)
    assert "machines" in reasons(users=1_000_000)
    assert reasons(Deployment(cores=8), users=20_000) == {"machine"}
    assert reasons(Deployment(speed=2.0), users=20_000) == {"machine"}


def test_more_users_never_need_less():
    found = [
        capacity(demand=replace(DEMAND, users=users), measured=MEASURED)
        for users in USERS
    ]
    for name in ("app_processes", "log_in_processes", "workers", "database_cores"):
        assert all(getattr(a, name) <= getattr(b, name) for a, b in pairwise(found))
    for name in ("cores", "machines", "connections", "peak"):
        assert all(getattr(a, name) <= getattr(b, name) for a, b in pairwise(found))


@pytest.mark.parametrize("users", USERS)
def test_no_group_is_busier_than_it_may_be(users):
    demand = replace(DEMAND, users=users)
    found = capacity(demand=demand, measured=MEASURED)
    app = cost_of(mix=MIX, costs=MEASURED.costs, group="app")
    busy = busy_cores(rate=found.peak, milliseconds=app)
    assert busy / found.app_processes <= Deployment().utilization
    assert found.app_processes >= 2
    assert busy_cores(rate=found.peak, milliseconds=found.cost) / found.cores <= 0.6


def test_a_faster_machine_needs_fewer_processes():
    many = replace(DEMAND, users=1_000_000)
    slow = capacity(demand=many, measured=MEASURED)
    fast = capacity(demand=many, measured=MEASURED, deployment=Deployment(speed=2.0))
    assert fast.app_processes < slow.app_processes
    assert fast.cost == pytest.approx(slow.cost)


def test_connections_and_pgbouncer():
    few = Deployment(connections=1)
    for users in USERS:
        demand = replace(DEMAND, users=users)
        found = capacity(demand=demand, measured=MEASURED, deployment=few)
        processes = found.app_processes + found.log_in_processes + found.workers
        assert found.connections == processes
        room = MAX_CONNECTIONS - RESERVED_CONNECTIONS
        assert found.pgbouncer == (processes > room)


def test_nobody_comes():
    found = capacity(demand=replace(DEMAND, users=0), measured=MEASURED)
    assert (found.peak, found.cost, found.app_processes) == (0, 0, 2)
