"""The load generator: it sends what it should, and notices what is wrong."""

from __future__ import annotations

import json
import time
from collections import Counter
from itertools import pairwise
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from benchmarks.load.arrivals import timetable
from benchmarks.load.model import MIX, log_in_share
from benchmarks.load.report import Sample, percentile, summary
from benchmarks.load.run import refuse_other_ground, write
from benchmarks.load.verdict import carries, gave_way, in_short, merged, problems
from benchmarks.load.visitor import Person, UnexpectedAnswerError, Visit
from benchmarks.load.visits import VISITS

ADA = Person("user000001@example.com", "Ada Berg", {"session": "hers"})


class FakeHttp:
    """What Locust's client is to a visit; it answers what it was told."""

    def __init__(self, status=200, text="", cookies=(), location=None):
        self.status_code = status
        self.text = text
        self.headers: Any = SimpleNamespace(getlist=lambda name: cookies)
        if location:
            self.headers = {"location": location}
        self.request_meta = {}
        self.result = None

    def request(self, method, path, **options):
        self.sent = (method, path, options)
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def success(self):
        self.result = "success"

    def failure(self, trouble):
        self.result = trouble


def visit(http: FakeHttp, person: Person | None = ADA) -> Visit:
    return Visit(http, person, time.perf_counter())


def arrivals(rate=200.0, mix=MIX, seconds=50.0):
    return list(timetable(rate, mix, seconds, Random(1)))


def test_a_mix_is_whole():
    assert sum(MIX.values()) == pytest.approx(1)
    for kinds in VISITS.values():
        assert sum(kind.weight for kind in kinds) == pytest.approx(1)


def test_so_many_requests_come_as_were_asked_for():
    requests = sum(arrival.kind.requests for arrival in arrivals())
    assert requests / 50 == pytest.approx(200, rel=0.05)


def test_each_kind_has_its_share_of_the_requests():
    kind_of = {id(kind): name for name in MIX for kind in VISITS[name]}
    requests: Counter[str] = Counter()
    for arrival in arrivals():
        requests[kind_of[id(arrival.kind)]] += arrival.kind.requests
    for name, share in MIX.items():
        assert requests[name] / requests.total() == pytest.approx(share, rel=0.15)


def test_passwords_have_the_share_that_the_model_says():
    """A log-in visit is three requests, one of which checks a password."""
    names = [arrival.kind.visit.__name__ for arrival in arrivals()]
    requests = sum(arrival.kind.requests for arrival in arrivals())
    assert names.count("log_in") / requests == pytest.approx(log_in_share(), rel=0.15)


def test_nobody_waits_for_somebody_else():
    """Arrivals are independent: as often close together as chance has it."""
    moments = [arrival.moment for arrival in arrivals()]
    gaps = [b - a for a, b in pairwise(moments)]
    mean = sum(gaps) / len(gaps)
    assert sum(gap < mean / 2 for gap in gaps) / len(gaps) == pytest.approx(
        0.393, abs=0.03
    )


def test_a_late_request_counts_from_when_it_was_due():
    http = FakeHttp(text="fine")
    Visit(http, ADA, time.perf_counter() - 0.5).get("page", "/", "fine")
    assert http.request_meta["response_time"] >= 500


def test_cookies_are_sent_and_kept_for_this_visit_alone():
    http = FakeHttp(cookies=["session=new; Path=/; HttpOnly"])
    visitor = visit(http)
    visitor.get("page", "/")
    assert http.sent[2]["headers"]["Cookie"] == "session=hers"
    visitor.get("page", "/")
    assert http.sent[2]["headers"]["Cookie"] == "session=new"
    assert ADA.cookies == {"session": "hers"}


@pytest.mark.parametrize(
    ("http", "trouble"),
    [
        (FakeHttp(status=0), "no answer"),
        (FakeHttp(status=503), "HTTP 503"),
        (FakeHttp(status=404, text="fine"), "HTTP 404"),
        (FakeHttp(text="something else"), "wrong content"),
        (FakeHttp(text="fine, user000002@example.com"), "wrong session"),
    ],
)
def test_what_is_wrong_is_counted_by_name(http, trouble):
    with pytest.raises(UnexpectedAnswerError, match=trouble):
        visit(http).get("page", "/", "fine")
    assert http.result == trouble


def test_ones_own_address_is_right_and_admins_see_all():
    http = FakeHttp(text="fine, user000001@example.com")
    visit(http).get("page", "/", "fine")
    visit(http, Person("admin@example.com", "Admin")).get("page", "/", "fine")
    assert http.result == "success"


def test_a_stranger_sees_nobodys_address():
    with pytest.raises(UnexpectedAnswerError, match="wrong session"):
        visit(FakeHttp(text="user000001@example.com"), None).get("page", "/")


def samples(milliseconds=50.0, count=1_000, trouble=""):
    return [Sample(5 + n / 200, "page", milliseconds, trouble) for n in range(count)]


def summed_up(found, **options):
    given = {"warm_up": 3, "seconds": 10, "unfinished": 0, "lags": [0.0]} | options
    return summary(found, **given)


def test_percentiles():
    assert percentile(range(100), 0.95) == 95
    assert percentile([7], 0.99) == 7
    assert percentile([], 0.5) == 0


def test_the_warm_up_is_not_measured_but_its_errors_count():
    early = [Sample(1, "page", 9_000, "HTTP 500")]
    found = summed_up(early + samples())
    assert (found["p95"], found["max"], found["rate"]) == (50, 50, 100)
    assert found["errors"] == {"HTTP 500": 1}


def test_the_rate_is_that_of_right_answers():
    assert summed_up(samples() + samples(trouble="HTTP 504"))["rate"] == 100


def test_whoever_still_waits_at_the_end_has_no_answer():
    assert summed_up(samples(), unfinished=3)["errors"] == {"no answer": 3}


def test_pages_and_passwords_are_told_apart():
    found = summed_up(
        [*samples(20), *[Sample(5, "log in", 400, "")] * 100], unfinished=0
    )
    assert (found["pages_p95"], found["passwords_p95"]) == (20, 400)
    assert found["p95"] == 400


def run(asked=100, milliseconds=50.0, trouble="", **more):
    found = summed_up(samples(milliseconds, trouble=trouble))
    cores = {"app": 1.2, "database": 0.3}
    return found | {"asked": asked, "cores": cores, "cpu_ms": cores, **more}


@pytest.mark.parametrize(
    ("found", "carried"),
    [
        (run(), True),
        (run(milliseconds=201), False),
        (run(trouble="HTTP 503"), False),
        (run(asked=120), False),  # fewer were answered than were asked for
    ],
)
def test_carried_is_right_in_time_and_in_step(found, carried):
    assert carries(found) is carried
    assert gave_way(found) == ("nothing" if carried else "app")


def test_runs_are_merged_by_their_medians_and_their_errors_added():
    runs = [run(), run(milliseconds=90), run(milliseconds=70, trouble="HTTP 503")]
    found = merged([each | {"pool_waits": 1} for each in runs])
    assert (found["p95"], found["p95_spread"]) == (70, [50, 70, 90])
    assert (found["error_count"], found["pool_waits"]) == (1_000, 3)


def result(**changes):
    kept = {"promised": 9, "missing": 0, "doubled": 0}
    found = {
        "kept": {"before": kept, "after": {**kept, "undelivered": 0, "miscounted": 0}},
        "peak": {"before": run(), "after": run()},
        "steps": {"before": [], "after": []},
        "costs": {
            "before": {"dashboard": {"app": 9, "database": 20}},
            "after": {"dashboard": {"app": 2, "database": 1}},
        },
    }
    return found | changes


def test_no_problems():
    assert problems(result()) == []


@pytest.mark.parametrize("what", ["missing", "doubled", "undelivered", "miscounted"])
def test_what_was_lost_or_done_twice_is_a_problem(what):
    found = result(kept={"after": {what: 2}})
    assert problems(found) == [f"after: {what}: 2"]


def test_a_wrong_answer_is_a_problem_at_any_load():
    wrong = result(
        peak={"before": run(trouble="wrong session")}, steps={"before": [run()]}
    )
    assert "wrong session" in problems(wrong)[0]


def test_an_overloaded_app_may_refuse_but_not_in_the_short_form():
    refused = {"before": run(trouble="HTTP 503")}
    assert problems(result(peak=refused, steps={"before": [run()]})) == []
    assert "HTTP 503" in problems(result(peak=refused, steps={"before": []}))[0]


def test_a_dashboard_that_costs_more_than_the_monoliths_is_a_problem():
    same = {"dashboard": {"app": 5}}
    assert problems(result(costs={"before": same, "after": same}))


def test_a_run_again_adds_a_line_and_keeps_the_rest(tmp_path):
    file = tmp_path / "load.json"
    runs = {name: {"p95": 20, "error_count": 0} for name in ("before", "after")}
    first = {"measured": "today", "carried": {"after": 2}, "peak": runs}
    first["runs"] = [in_short(first)]
    write(first, file, again=False)
    second = {"measured": "tomorrow", "carried": {"after": 1}, "peak": runs}
    second["runs"] = [in_short(second)]
    write(second, file, again=True)
    known = json.loads(file.read_text())
    assert known["carried"] == {"after": 2}
    assert [run["measured"] for run in known["runs"]] == ["today", "tomorrow"]
    assert [run["carried"] for run in known["runs"]] == [{"after": 2}, {"after": 1}]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"versions": {"flask": "9"}}, "differs from today in versions: run without"),
        ({"plan": {"users": 5}}, "differs from today in plan: run without --again"),
    ],
)
def test_runs_that_can_not_be_compared_are_refused(tmp_path, change, reason):
    file = tmp_path / "load.json"
    ground = {"measured": "today", "versions": {"flask": "3"}, "plan": {"users": 9}}
    with pytest.raises(SystemExit, match="is missing: run without --again first"):
        refuse_other_ground(ground, file)
    file.write_text(json.dumps(ground))
    refuse_other_ground(ground | {"measured": "tomorrow"}, file)
    with pytest.raises(SystemExit, match=reason):
        refuse_other_ground(ground | change, file)
